"""Stock: counts, and bundles that hold bundles."""

STOCK = {"tea": 3, "mug": 0}
BUNDLES = {"breakfast": ["tea", "morning"], "morning": ["mug", "breakfast"]}


def reserve(item):
    try:
        left = STOCK[item]
    except KeyError:
        return reserve_bundle(BUNDLES[item])
    if left == 0:
        raise RuntimeError(f"{item} is sold out")
    return left


def reserve_bundle(items):
    return [reserve(item) for item in items]


def depth(bundle):
    last = BUNDLES[bundle][-1]
    return 1 + depth(last)
