/* The wall clock, so many seconds ahead as CLOCK_SHIFT says. tools/clocks.py loads it before the C library.
 *
 * libfaketime does the same and more, but not beside these tests: its version 0.9.10 makes every sleep of
 * Python 3.11 an invalid argument (https://github.com/wolfcw/libfaketime/issues/426), and the semaphores and
 * memory that it shares between processes take descriptors in tests that count them, and write to standard
 * error when a parent ends first. What counts seconds (CLOCK_MONOTONIC and the like) and the times of files
 * are left alone. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static time_t shift;

__attribute__((constructor)) static void read_shift(void)
{
    const char *seconds = getenv("CLOCK_SHIFT");
    shift = seconds == NULL ? 0 : atoll(seconds);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int failed = (int)syscall(SYS_clock_gettime, clock, now);
    if (failed == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += shift;
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec exact;
    (void)zone; /* obsolete, and never filled in by Linux */
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *now)
{
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (now != NULL)
        *now = exact.tv_sec;
    return exact.tv_sec;
}
