#include "core/pool.h"
#include <string.h>
bool
pool_of(const struct request *request, char out[POOL_SIZE])
{
	const char *a;
	if (!request->client_name_confirmed)
		return false;
	a = strrchr(request->client_name, '.');
	if (!a)
		return false;
	while (a > request->client_name && a[-1] != '.')
		a--;
	strcpy(out, a);
	return true;
}
