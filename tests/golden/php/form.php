<?php
// Says what PHP made of a query string, or of a body.
require __DIR__ . '/canonical.php';
echo canonical( '' === $_SERVER['QUERY_STRING'] ? $_POST : $_GET );
