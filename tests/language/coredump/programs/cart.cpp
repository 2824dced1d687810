// A service in C++ that divides by nothing, deep in a template.
#include <map>
#include <string>
#include <vector>

namespace cart {

struct Item { std::string name; int price; };

template <typename T> struct Discount {
    __attribute__((noinline)) int of(const std::vector<T> &items, volatile int parts) const { return static_cast<int>(items.size()) / parts; }
};

__attribute__((noinline)) int total(const std::map<std::string, int> &prices, const std::vector<Item> &items) {
    return Discount<Item>().of(items, static_cast<int>(prices.size())) + 1;
}

}  // namespace cart

int main() { return cart::total({}, {{"tea", 3}, {"milk", 1}}) + 1; }
