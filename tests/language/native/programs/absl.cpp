// Abseil: its failure signal handler.
#include "absl/debugging/failure_signal_handler.h"
#include "absl/debugging/symbolize.h"
#include <cstdlib>
#include <string>
namespace shop { __attribute__((noinline)) int read(int *lines) { return lines[3]; } }
int main(int argc, char **argv) {
  absl::InitializeSymbolizer(argv[0]);
  absl::InstallFailureSignalHandler(absl::FailureSignalHandlerOptions());
  std::string how = argc > 1 ? argv[1] : "";
  if (how == "abort") abort();
  return shop::read(nullptr);
}
