#include "notify.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static bool make_address(struct sockaddr_un *out, socklen_t *size, const char *name) {
    size_t length = strlen(name);
    if ((name[0] != '/' && name[0] != '@') || length < 2 || length >= sizeof out->sun_path) {
        return false;
    }
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(out->sun_path, name, length);
    if (name[0] == '@') {
        out->sun_path[0] = '\0';
    }
    *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    return true;
}

/* A manager that does not read its socket holds nobody up for longer than a second. */
static bool send_text(int fd, const char *text, const struct sockaddr_un *to, socklen_t size) {
    const struct timeval longest = {.tv_sec = 1};
    if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest)) {
        return false;
    }
    ssize_t sent;
    do {
        sent = sendto(fd, text, strlen(text), MSG_NOSIGNAL, (const struct sockaddr *)to, size);
    } while (sent < 0 && errno == EINTR);
    return sent >= 0;
}

int floe_notify(const char *state, floe_error *error) {
    const char *name = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address;
    socklen_t size;
    if (!name || !name[0]) {
        return 0;
    }
    if (!make_address(&address, &size, name)) {
        return floe_error_set(error, FLOE_INVALID, "NOTIFY_SOCKET is '%s', which is no socket", name);
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool sent = fd >= 0 && send_text(fd, state, &address, size);
    int reason = errno;
    if (fd >= 0) {
        close(fd);
    }
    return sent ? 0
                : floe_error_set(error, FLOE_IO, "the service manager at '%s' was not told: %s", name,
                                 strerror(reason));
}
