// Dies in the way that its argument names.
#include <cassert>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace shop {

struct OutOfStock : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Order {
  int id;
  int *lines;
  virtual ~Order() = default;
  virtual int total() const { return lines[0]; }
};

__attribute__((noinline)) int item(std::vector<int> const &lot, int at) { return lot[at]; }

__attribute__((noinline)) int read(Order const *order) { return order->lines[3]; }

__attribute__((noinline)) void charge(int order) {
  if (order > 16) throw OutOfStock("order " + std::to_string(order) + ": no till\nno receipt");
}

__attribute__((noinline)) void fill(char *into, const char *text) { strcpy(into, text); }

__attribute__((noinline)) int deep(int n) {
  volatile char pad[512];
  pad[n % 512] = 1;
  return deep(n + 1) + pad[n % 512];
}

__attribute__((noinline)) int *lines(int n) { return static_cast<int *>(malloc(n * sizeof(int))); }

}  // namespace shop

static int shared_total;
static void add(int n) { for (int i = 0; i < 1000; i++) shared_total += n; }

int main(int argc, char **argv) {
  std::string how = argc > 1 ? argv[1] : "";
  int n = argc + 15;
  if (how == "null") { shop::Order order; order.lines = nullptr; return shop::read(&order); }
  if (how == "freed") { int *l = shop::lines(4); free(l); return l[n - 17 + 1]; }
  if (how == "heap") { int *l = shop::lines(4); l[argc + 2] = 7; int v = l[argc + 2]; free(l); return v; }
  if (how == "stack") { char small[8]; shop::fill(small, "a name that is too long"); return small[0]; }
  if (how == "twice") { int *l = shop::lines(4); free(l); free(l); return 0; }
  if (how == "leak") { int *l = shop::lines(4); l[0] = 1; l = nullptr; return 0; }
  if (how == "undefined") { int big = 2147483647; big += argc; int *none = nullptr; printf("%d %d\n", big, 1 << (30 + argc)); return argc > 5 ? *none : 0; }
  if (how == "uninitialised") { int *l = shop::lines(4); if (l[1] > 3) puts("many"); return 0; }
  if (how == "race") { std::thread a(add, 1), b(add, 2); a.join(); b.join(); return 0; }
  if (how == "throw") { shop::charge(n); }
  if (how == "value") { throw 17; }
  if (how == "bad") { std::string().at(n); }
  if (how == "assert") { assert(n < 3 && "an order has lines"); }
  if (how == "abort") { abort(); }
  if (how == "deep") { return shop::deep(n); }
  if (how == "divide") { volatile int none = 0; return n / none; }
  if (how == "corrupt") { int *l = shop::lines(4); int *m = shop::lines(4); memset(l - 4, 255, 64); free(m); free(l); return 0; }
  if (how == "thread") { std::thread t([] { shop::Order order; order.lines = nullptr; shop::read(&order); }); t.join(); }
  std::cerr << "nothing\n";
  return 0;
}
