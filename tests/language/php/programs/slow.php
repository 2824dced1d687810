<?php
set_time_limit(1);
function spin(): void
{
    for (;;) {
        sqrt(2.0);
    }
}
spin();
