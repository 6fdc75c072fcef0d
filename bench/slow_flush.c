/* Loaded before a program (LD_PRELOAD): every fsync and fdatasync takes SLOW_FLUSH_MICROSECONDS at least.
   The real flush is done first. Nothing else of the program is touched, unlike under strace, which stops
   it at every system call. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

static long wanted(void) {
    static long nanoseconds = -1;
    if (nanoseconds < 0) {
        const char *told = getenv("SLOW_FLUSH_MICROSECONDS");
        nanoseconds = told ? atol(told) * 1000 : 0;
    }
    return nanoseconds;
}

static int slowly(const char *name, int handle) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    struct timespec begun, now;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    int result = real(handle);
    int error = errno;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long left = wanted() - (now.tv_sec - begun.tv_sec) * 1000000000L - (now.tv_nsec - begun.tv_nsec);
    if (left > 0) {
        struct timespec rest = {left / 1000000000L, left % 1000000000L};
        while (nanosleep(&rest, &rest) == -1 && errno == EINTR) continue;
    }
    errno = error;
    return result;
}

int fsync(int handle) { return slowly("fsync", handle); }
int fdatasync(int handle) { return slowly("fdatasync", handle); }
