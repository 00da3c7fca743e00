#ifndef X
#define X
#define POOL_SIZE 256
#include <stdbool.h>
#include "core/request.h"
bool pool_of(const struct request *request, char out[POOL_SIZE]);
#endif
