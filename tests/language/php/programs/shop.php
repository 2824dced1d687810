<?php
namespace Acme;

class NoAddress extends \OutOfBoundsException {}

class Orders
{
    public function settle(int $id): void
    {
        try {
            $this->ship($id);
        } catch (NoAddress $e) {
            throw new \LogicException("settlement of \"$id\" gave up", 7, $e);
        }
    }

    private function ship(int $id): void
    {
        $ids = [$id];
        array_walk($ids, function (int $id): void {
            throw new NoAddress("customer of $id has no address in /var or C:\\data");
        });
    }
}
