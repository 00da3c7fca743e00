/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "service/settings.h"

#include <stdlib.h>

struct settings *
settings_new(void)
{
	struct settings *settings = calloc(1, sizeof(*settings));

	if (settings != NULL)
		config_defaults(&settings->config);
	return settings;
}

void
settings_free(struct settings *settings)
{
	if (settings == NULL)
		return;
	list_free(settings->files);
	free(settings);
}
