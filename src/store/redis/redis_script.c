/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "store/redis/redis_script.h"

#include <string.h>

/* True if a is less than b, both decimal texts of 64 bits. */
#define LESS                                                 \
	"local function less(a, b)\n"                        \
	"  if a == b then return false end\n"                \
	"  local a_neg = string.sub(a, 1, 1) == '-'\n"       \
	"  local b_neg = string.sub(b, 1, 1) == '-'\n"       \
	"  if a_neg ~= b_neg then return a_neg end\n"        \
	"  if #a ~= #b then return (#a < #b) ~= a_neg end\n" \
	"  return (a < b) ~= a_neg\n"                        \
	"end\n"

/*
 * The time to live is the lifetime that the caller gave the record, and an
 * hour. It is not counted from the clock of the server, which may be wrong.
 * A billion seconds are 31 years.
 */
#define MERGE                                                                    \
	LESS                                                                     \
	    "local function sum(a, b)\n"                                         \
	    "  return string.format('%.0f',\n"                                   \
	    "    math.min(tonumber(a) + tonumber(b), 9007199254740992))\n"       \
	    "end\n"                                                              \
	    "local f, l, p, e, d, n, w, read_f, read_l, read_p = unpack(ARGV)\n" \
	    "local old = redis.call('HMGET', KEYS[1],\n"                         \
	    "  'f', 'l', 'p', 'e', 'd', 'n', 'w')\n"                             \
	    "if old[1] and not (old[1] == read_f and old[2] == read_l\n"         \
	    "    and old[3] == read_p) then\n"                                   \
	    "  if less(old[1], f) then f = old[1] end\n"                         \
	    "  if less(l, old[2]) then l = old[2] end\n"                         \
	    "  if old[3] ~= '0' and (p == '0' or less(old[3], p)) then\n"        \
	    "    p = old[3]\n"                                                   \
	    "  end\n"                                                            \
	    "  if less(e, old[4]) then e = old[4] end\n"                         \
	    "  d = sum(d, old[5])\n"                                             \
	    "  n = sum(n, old[6])\n"                                             \
	    "  if old[7] ~= '0' and (w == '0' or less(old[7], w)) then\n"        \
	    "    w = old[7]\n"                                                   \
	    "  end\n"                                                            \
	    "end\n"                                                              \
	    "redis.call('HSET', KEYS[1],\n"                                      \
	    "  'f', f, 'l', l, 'p', p, 'e', e, 'd', d, 'n', n, 'w', w)\n"        \
	    "local ttl = tonumber(e) - tonumber(l)\n"                            \
	    "ttl = math.min(math.max(ttl, 0) + 3600, 1000000000)\n"              \
	    "redis.call('EXPIRE', KEYS[1], string.format('%.0f', ttl))\n"

static const char *const texts[REDIS_SCRIPTS] = {
    [REDIS_MERGE] = MERGE,
    [REDIS_EXPIRE] = LESS "local expires = redis.call('HGET', KEYS[1], 'e')\n"
			  "if expires and less(expires, ARGV[1]) then\n"
			  "  return redis.call('DEL', KEYS[1])\n"
			  "end\n"
			  "return 0\n",
    [REDIS_PUT_ENTRY] = "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])\n"
			"redis.call('INCR', KEYS[2])\n",
    [REDIS_REMOVE_ENTRY] =
	"local value = redis.call('HGET', KEYS[1], ARGV[1])\n"
	"if ARGV[3] ~= '' and value ~= ARGV[3] then return 0 end\n"
	"redis.call('HDEL', KEYS[3], ARGV[2])\n"
	"redis.call('HDEL', KEYS[4], ARGV[2])\n"
	"if not value then return 0 end\n"
	"redis.call('INCR', KEYS[2])\n"
	"return redis.call('HDEL', KEYS[1], ARGV[1])\n",
    [REDIS_ADD_HIT] = LESS "redis.call('HINCRBY', KEYS[1], ARGV[1], ARGV[2])\n"
			   "local last = redis.call('HGET', KEYS[2], ARGV[1])\n"
			   "if not last or less(last, ARGV[3]) then\n"
			   "  redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])\n"
			   "end\n",
    [REDIS_REMOVE_HIT] =
	LESS "local last = redis.call('HGET', KEYS[2], ARGV[1])\n"
	     "if not last or less(last, ARGV[2]) then\n"
	     "  redis.call('HDEL', KEYS[1], ARGV[1])\n"
	     "  redis.call('HDEL', KEYS[2], ARGV[1])\n"
	     "end\n",
    [REDIS_ADD_DECISIONS] =
	"local last = redis.call('LINDEX', KEYS[1], -1)\n"
	"local n = last and tonumber(string.match(last, '^%d+')) or 0\n"
	"for decision in string.gmatch(ARGV[1], '[^\\n]+') do\n"
	"  n = n + 1\n"
	"  redis.call('RPUSH', KEYS[1], n .. ' ' .. decision)\n"
	"end\n"
	"redis.call('EXPIRE', KEYS[1], ARGV[2])\n",
    [REDIS_READ_DECISIONS] =
	"local first = redis.call('LINDEX', KEYS[1], 0)\n"
	"if not first then return {} end\n"
	"local from = ARGV[1] + 1 - string.match(first, '^%d+')\n"
	"from = math.max(from, 0)\n"
	"return redis.call('LRANGE', KEYS[1], from, from + ARGV[2] - 1)\n",
    [REDIS_TRIM_DECISIONS] =
	"local head = redis.call('LRANGE', KEYS[1], 0, ARGV[4] - 1)\n"
	"if not head[1] or string.match(head[1], '^%d+') ~= ARGV[1] then\n"
	"  return 0\n"
	"end\n"
	"local n, excess, before = 0, tonumber(ARGV[2]), tonumber(ARGV[3])\n"
	"while head[n + 1] and (n < excess or before >\n"
	"    tonumber(string.match(head[n + 1], '^%d+ (-?%d+)'))) do\n"
	"  n = n + 1\n"
	"end\n"
	"redis.call('LTRIM', KEYS[1], n, -1)\n"
	"return n\n",
};

struct loading {
	struct redis_scripts *scripts;
	int rc;
	struct err *err;
};

static void
keep_sha(size_t i, redisReply *reply, void *arg)
{
	struct loading *loading = arg;

	if (reply->type == REDIS_REPLY_STRING &&
	    reply->len == REDIS_SHA_SIZE - 1)
		memcpy(loading->scripts->sha[i], reply->str, REDIS_SHA_SIZE);
	else if (redis_reply_is_error(reply, "NOAUTH"))
		loading->rc = err_set(loading->err,
		    "%s (see database and database_password_file)", reply->str);
	else if (reply->type == REDIS_REPLY_ERROR)
		loading->rc = err_set(loading->err, "%s", reply->str);
	else
		loading->rc =
		    err_set(loading->err, "SCRIPT LOAD: no hash came back");
	freeReplyObject(reply);
}

static int
append(struct redis_node *node, size_t i, struct err *err)
{
	char *command = NULL;
	int n = redisFormatCommand(&command, "SCRIPT LOAD %s", texts[i]);
	int rc;

	if (n < 0)
		return err_no_memory(err);
	rc = redis_node_append(node, command, (size_t)n, i, err);
	redisFreeCommand(command);
	return rc;
}

int
redis_scripts_load(struct redis_node *node, int64_t deadline_ms,
    struct redis_scripts *scripts, struct err *err)
{
	struct loading loading = {scripts, 0, err};
	char address[REDIS_ADDRESS_TEXT_SIZE];

	for (size_t i = 0; i < REDIS_SCRIPTS; i++)
		if (append(node, i, err) != 0)
			return -1;
	if (redis_nodes_exchange(node, 1, deadline_ms, keep_sha, &loading,
		err) != 0)
		return -1;
	if (loading.rc == 0)
		return 0;
	redis_address_text(&node->address, address);
	return err_prefix(err, "%s", address);
}
