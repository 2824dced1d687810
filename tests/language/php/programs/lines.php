<?php
function ship(array $order): void
{
    throw new LogicException("order {$order['id']} cannot ship:\n  - no address\n\n  - no items in stock\n#7 is not a frame");
}
try {
    ship(['id' => 17]);
} catch (LogicException $e) {
    throw new RuntimeException("two lines,\nboth of the outer", 0, $e);
}
