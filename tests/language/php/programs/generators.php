<?php
function rows(): Generator
{
    yield 1;
    yield from more();
}
function more(): Generator
{
    yield 2;
    throw new UnexpectedValueException('row 3');
}
foreach (rows() as $row) {
    echo "row $row\n";
}
