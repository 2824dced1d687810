/* A service whose worker follows a null pointer. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct order { int id; int *total; };

static pthread_barrier_t ready;

static void *wait_for_orders(void *unused) {
    (void)unused;
    pthread_barrier_wait(&ready);
    for (;;) pause();
}

__attribute__((noinline)) int charge(struct order *order) { return *order->total + order->id; }

__attribute__((noinline)) int checkout(int id, const char *how) {
    struct order order = {id, NULL};
    if (strcmp(how, "abort") == 0) abort();
    return charge(&order) + 1;
}

int main(int argc, char **argv) {
    pthread_t waiting;
    pthread_barrier_init(&ready, NULL, 2);
    pthread_create(&waiting, NULL, wait_for_orders, NULL);
    pthread_barrier_wait(&ready);
    printf("%d\n", checkout(argc, argc > 1 ? argv[1] : "null"));
    return 0;
}
