<?php
eval('function twice() {}');
if (true) {
    eval('function twice() {}');
}
