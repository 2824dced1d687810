// glog: checks, fatal messages and signals.
#include <glog/logging.h>
#include <string>
#include <cstring>
namespace shop {
__attribute__((noinline)) int read(int *lines) { return lines[3]; }
__attribute__((noinline)) void ship(int order) { CHECK_LT(order, 3) << "order " << order << " has no lines"; }
__attribute__((noinline)) void refuse(int order) { LOG(FATAL) << "order " << order << " refused"; }
}
int main(int argc, char **argv) {
  FLAGS_logtostderr = true;
  google::InitGoogleLogging(argv[0]);
  google::InstallFailureSignalHandler();
  std::string how = argc > 1 ? argv[1] : "";
  LOG(INFO) << "worker up";
  LOG(ERROR) << "order 16: no receipt";
  if (how == "check") shop::ship(argc + 15);
  if (how == "fatal") shop::refuse(17);
  if (how == "signal") return shop::read(nullptr);
  if (how == "abort") abort();
  return 0;
}
