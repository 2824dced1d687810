#include <unistd.h>
#include <pthread.h>
static void *wait_for_orders(void *p) { sleep(20); return p; }
static void serve(void) { sleep(20); }
int main(void) { pthread_t t; pthread_create(&t, 0, wait_for_orders, 0); serve(); return 0; }
