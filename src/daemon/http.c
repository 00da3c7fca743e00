/* SPDX-License-Identifier: ISC
 * Copyright (c) 2026 The Tardigrey developers */
#include "daemon/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "system/process_usage.h"
#include "view/health.h"
#include "view/metrics.h"
#include "view/page.h"

#define SILENCE_S      5  /* without an octet: close the connection */
#define LIFETIME_TICKS 10 /* of a connection, whatever it sends */
#define TICK_S         1
#define ACCEPTS_MAX    20 /* in one tick */
#define HEADERS_MAX    8192

struct connection {
	struct bufferevent *socket; /* a reference; NULL: no connection */
	int ticks_left;
};

struct http {
	struct evhttp *server; /* owned */
	struct evconnlistener *listeners[LISTENER_MAX];
	size_t listeners_n;
	struct observer *observer; /* borrowed */
	struct connection connections[HTTP_CONNECTIONS_MAX];
	size_t connections_n;
	int accepts_left; /* in this tick */
	struct event tick;
};

/* ---- Accepting ---- */

static void
accept_more(struct http *http)
{
	bool has_room = http->connections_n < HTTP_CONNECTIONS_MAX &&
	    http->accepts_left > 0;

	for (size_t i = 0; i < http->listeners_n; i++)
		if (has_room)
			evconnlistener_enable(http->listeners[i]);
		else
			evconnlistener_disable(http->listeners[i]);
}

/* evhttp does not report the end of a connection. It frees the bufferevent,
 * which removes the callbacks. Our reference keeps the bufferevent until then.
 */
static bool
has_ended(const struct connection *connection)
{
	bufferevent_data_cb on_read, on_write;
	bufferevent_event_cb on_event;
	void *arg;

	bufferevent_getcb(connection->socket, &on_read, &on_write, &on_event,
	    &arg);
	return on_read == NULL && on_write == NULL && on_event == NULL;
}

/* Forget the connections that have ended, or all of them. */
static void
sweep(struct http *http, bool all)
{
	for (size_t i = 0; i < HTTP_CONNECTIONS_MAX; i++) {
		struct connection *connection = &http->connections[i];

		if (connection->socket == NULL ||
		    (!all && !has_ended(connection)))
			continue;
		bufferevent_decref(connection->socket);
		connection->socket = NULL;
		http->connections_n--;
	}
}

static struct connection *
free_place(struct http *http)
{
	for (size_t i = 0; i < HTTP_CONNECTIONS_MAX; i++)
		if (http->connections[i].socket == NULL)
			return &http->connections[i];
	return NULL;
}

static struct bufferevent *
on_accepted(struct event_base *base, void *arg)
{
	struct http *http = arg;
	struct connection *place;
	struct bufferevent *socket =
	    bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);

	sweep(http, false);
	place = free_place(http);
	if (socket == NULL || place == NULL)
		return socket;
	bufferevent_setwatermark(socket, EV_READ, 0, 2 * HEADERS_MAX);
	bufferevent_incref(socket);
	*place = (struct connection){socket, LIFETIME_TICKS};
	http->connections_n++;
	http->accepts_left--;
	accept_more(http);
	return socket;
}

/* End the connections that have lasted too long. evhttp notices the shutdown,
 * and frees them. */
static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct http *http = arg;

	(void)fd;
	(void)what;
	for (size_t i = 0; i < HTTP_CONNECTIONS_MAX; i++) {
		struct connection *connection = &http->connections[i];

		if (connection->socket != NULL && --connection->ticks_left <= 0)
			shutdown(bufferevent_getfd(connection->socket),
			    SHUT_RDWR);
	}
	sweep(http, false);
	http->accepts_left = ACCEPTS_MAX;
	accept_more(http);
}

/* ---- Permission ---- */

/* getpeername(2) or getsockname(2) */
typedef int get_name(int fd, struct sockaddr *out, socklen_t *n);

/* A unix socket has NETADDR_NONE. */
static bool
address_of(struct evhttp_request *request, get_name *get, struct netaddr *out)
{
	struct bufferevent *socket = evhttp_connection_get_bufferevent(
	    evhttp_request_get_connection(request));
	struct sockaddr_storage name = {0};
	socklen_t n = sizeof(name);
	char text[INET6_ADDRSTRLEN];
	const void *octets = &((struct sockaddr_in6 *)&name)->sin6_addr;

	if (get(bufferevent_getfd(socket), (struct sockaddr *)&name, &n) != 0)
		return false;
	*out = (struct netaddr){.family = NETADDR_NONE};
	if (name.ss_family == AF_UNIX)
		return true;
	if (name.ss_family == AF_INET)
		octets = &((struct sockaddr_in *)&name)->sin_addr;
	return inet_ntop(name.ss_family, octets, text, sizeof(text)) != NULL &&
	    netaddr_parse(text, out) == 0;
}

/* A connection of this host to one of its own addresses comes from the same
 * address, unless the client chooses another one. */
static bool
is_this_host(const struct netaddr *peer, const struct netaddr *own)
{
	return netaddr_is_loopback(peer) ||
	    (peer->family == own->family &&
		memcmp(peer->octets, own->octets, sizeof(own->octets)) == 0);
}

/* Whether two host names are the same. A final dot says only that a name is
 * complete. */
static bool
is_same_name(const char *a, const char *b)
{
	size_t a_n = strlen(a), b_n = strlen(b);

	a_n -= a_n > 0 && a[a_n - 1] == '.';
	b_n -= b_n > 0 && b[b_n - 1] == '.';
	return a_n > 0 && a_n == b_n && strncasecmp(a, b, a_n) == 0;
}

static bool
is_own_name(const struct config *config, const char *name)
{
	char own[256] = "";

	gethostname(own, sizeof(own) - 1);
	if (is_same_name(name, "localhost") || is_same_name(name, own))
		return true;
	for (size_t i = 0; i < config->http.n; i++)
		if (config->http.items[i].kind == ENDPOINT_INET &&
		    is_same_name(name, config->http.items[i].host))
			return true;
	return false;
}

/* A web site can give its own name the address of this host (DNS rebinding). A
 * browser must not read the page for that site. Such a request names the site
 * in its Host field. */
static bool
names_this_host(const struct config *config, struct evhttp_request *request)
{
	const char *host = evhttp_request_get_host(request);
	struct netaddr address;

	return host == NULL || strchr(host, ':') != NULL || host[0] == '[' ||
	    netaddr_parse(host, &address) == 0 || is_own_name(config, host);
}

static bool
is_allowed(const struct http *http, struct evhttp_request *request)
{
	const struct config *config =
	    &dispatcher_settings(http->observer->dispatcher)->config;
	struct netaddr peer, own;

	if (!address_of(request, getpeername, &peer) ||
	    !address_of(request, getsockname, &own))
		return false;
	if (peer.family == NETADDR_NONE)
		return true; /* the permissions of the socket decide */
	return (is_this_host(&peer, &own) ||
		   networks_have(&config->http_allow, &peer)) &&
	    names_this_host(config, request);
}

/* ---- Answering ---- */

#define NO_CONTENT "default-src 'none'"

/* The reply to HEAD has no body, but the length that it would have (RFC 9110
 * 9.3.2). libevent does neither. */
static void
add_body(struct evhttp_request *request, const char *text)
{
	char length[24];

	if (evhttp_request_get_command(request) != EVHTTP_REQ_HEAD) {
		evbuffer_add(evhttp_request_get_output_buffer(request), text,
		    strlen(text));
		return;
	}
	evutil_snprintf(length, sizeof(length), "%zu", strlen(text));
	evhttp_add_header(evhttp_request_get_output_headers(request),
	    "Content-Length", length);
}

/* "policy" is the value of the header Content-Security-Policy. */
static void
send_reply(struct evhttp_request *request, int status, const char *content_type,
    const char *policy, const char *text)
{
	static const struct {
		const char *name, *value;
	} headers[] = {
	    {"Cache-Control", "no-store"},
	    {"Connection", "close"},
	    {"Referrer-Policy", "no-referrer"},
	    {"X-Content-Type-Options", "nosniff"},
	    {"X-Frame-Options", "DENY"},
	};
	struct evkeyvalq *out = evhttp_request_get_output_headers(request);

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		evhttp_add_header(out, headers[i].name, headers[i].value);
	evhttp_add_header(out, "Content-Security-Policy", policy);
	evhttp_add_header(out, "Content-Type", content_type);
	add_body(request, text);
	evhttp_send_reply(request, status, NULL, NULL);
}

#define PLAIN "text/plain; charset=utf-8"

static void
send_text(struct evhttp_request *request, int status, const char *content_type,
    const char *policy, struct text *text)
{
	if (text->has_failed || text->octets == NULL)
		send_reply(request, 503, PLAIN, NO_CONTENT, "out of memory\n");
	else
		send_reply(request, status, content_type, policy, text->octets);
	text_free(text);
}

static void
send_metrics(struct evhttp_request *request, struct http *http)
{
	struct text text = {.octets = NULL};

	metrics_write(observer_look(http->observer), &text);
	send_text(request, 200, METRICS_CONTENT_TYPE, NO_CONTENT, &text);
}

static void
send_health(struct evhttp_request *request, struct http *http)
{
	const struct snapshot *snapshot = observer_look(http->observer);
	struct text text = {.octets = NULL};

	health_write(snapshot, &text);
	send_text(request, snapshot->is_healthy ? 200 : 503, PLAIN, NO_CONTENT,
	    &text);
}

#define NONCE_OCTETS 16
#define NONCE_SIZE   (2 * NONCE_OCTETS + 1)

static void
make_nonce(char out[NONCE_SIZE])
{
	unsigned char octets[NONCE_OCTETS];

	evutil_secure_rng_get_bytes(octets, sizeof(octets));
	for (size_t i = 0; i < NONCE_OCTETS; i++)
		evutil_snprintf(out + 2 * i, 3, "%02x", octets[i]);
}

static void
send_page(struct evhttp_request *request, struct http *http)
{
	const struct page *page = observer_look_at_page(http->observer);
	struct text text = {.octets = NULL};
	char nonce[NONCE_SIZE], policy[256];

	make_nonce(nonce);
	evutil_snprintf(policy, sizeof(policy),
	    "default-src 'none'; style-src 'nonce-%s'; script-src 'nonce-%s'; "
	    "img-src data:; connect-src 'self'; base-uri 'none'; form-action "
	    "'none'; frame-ancestors 'none'",
	    nonce, nonce);
	page_write(page, nonce, &text);
	send_text(request, 200, "text/html; charset=utf-8", policy, &text);
}

static void
on_request(struct evhttp_request *request, void *arg)
{
	static const struct {
		const char *path;
		void (*send)(struct evhttp_request *request, struct http *http);
	} paths[] = {
	    {"/", send_page},
	    {"/healthz", send_health},
	    {"/metrics", send_metrics},
	};
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
	const char *path = uri != NULL ? evhttp_uri_get_path(uri) : NULL;

	if (!is_allowed(arg, request)) {
		send_reply(request, 403, PLAIN, NO_CONTENT,
		    "This client address, or the host name in the request, is "
		    "not allowed; see http_allow in tardigrey.conf(5).\n");
		return;
	}
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (path != NULL && strcmp(path, paths[i].path) == 0) {
			paths[i].send(request, arg);
			return;
		}
	send_reply(request, 404, PLAIN, NO_CONTENT,
	    "There are /, /healthz and /metrics.\n");
}

/* ---- New and free ---- */

static int
add_listener(struct http *http, struct event_base *base, int fd)
{
	struct evconnlistener *listener =
	    evconnlistener_new(base, NULL, NULL, 0, 0, fd);

	if (listener == NULL)
		return -1;
	if (evhttp_bind_listener(http->server, listener) == NULL) {
		evconnlistener_free(listener);
		return -1;
	}
	http->listeners[http->listeners_n++] = listener;
	return 0;
}

static int
set_up(struct http *http, struct event_base *base,
    const struct listener_set *listeners)
{
	const struct timeval tick = {.tv_sec = TICK_S};

	http->accepts_left = ACCEPTS_MAX;
	http->server = evhttp_new(base);
	if (http->server == NULL || event_add(&http->tick, &tick) != 0)
		return -1;
	evhttp_set_allowed_methods(http->server,
	    EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
	evhttp_set_max_headers_size(http->server, HEADERS_MAX);
	evhttp_set_max_body_size(http->server, 0);
	evhttp_set_timeout(http->server, SILENCE_S);
	evhttp_set_bevcb(http->server, on_accepted, http);
	evhttp_set_gencb(http->server, on_request, http);
	for (size_t i = 0; i < listeners->n; i++)
		if (add_listener(http, base, listeners->items[i].fd) != 0)
			return -1;
	return 0;
}

struct http *
http_new(struct event_base *base, const struct listener_set *listeners,
    struct observer *observer, struct err *err)
{
	struct http *http = calloc(1, sizeof(*http));

	if (http == NULL) {
		err_no_memory(err);
		return NULL;
	}
	http->observer = observer;
	process_usage_open();
	event_assign(&http->tick, base, -1, EV_PERSIST, on_tick, http);
	if (observer_begin(observer) == 0 && set_up(http, base, listeners) == 0)
		return http;
	err_set(err, "cannot set up the http server: %s", strerror(errno));
	http_free(http);
	return NULL;
}

void
http_free(struct http *http)
{
	if (http == NULL)
		return;
	http->listeners_n = 0; /* the server frees them */
	if (http->server != NULL)
		evhttp_free(http->server);
	sweep(http, true);
	event_del(&http->tick);
	free(http);
}
