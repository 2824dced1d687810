<?php
namespace Acme\Shop;

class PaymentError extends \RuntimeException {}

final class Gateway
{
    public static function charge(int $cents): void
    {
        try {
            self::connect('pay.example.com');
        } catch (\UnexpectedValueException $e) {
            throw new PaymentError("cannot charge $cents", 402, $e);
        }
    }

    private static function connect(string $host): void
    {
        try {
            throw new \DomainException("no route to $host");
        } catch (\DomainException $e) {
            throw new \UnexpectedValueException('', 0, $e);
        }
    }
}

function checkout(): void
{
    Gateway::charge(1999);
}

checkout();
