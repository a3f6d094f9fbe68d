<?php
/**
 * Boots the WordPress under LINKBACKD_WORDPRESS with all its functions and core filters, without a database, a
 * configuration, themes or plugins. Options come from LINKBACKD_OPTIONS (JSON).
 */

error_reporting( 0 );
ini_set( 'display_errors', '0' );
ini_set( 'memory_limit', '1G' );
set_time_limit( 0 );

$_SERVER += array(
	'HTTP_HOST'       => 'blog.example',
	'SERVER_NAME'     => 'blog.example',
	'SERVER_PROTOCOL' => 'HTTP/1.1',
	'REQUEST_METHOD'  => 'POST',
	'REQUEST_URI'     => '/xmlrpc.php',
	'REMOTE_ADDR'     => '192.0.2.1',
);

define( 'ABSPATH', rtrim( getenv( 'LINKBACKD_WORDPRESS' ), '/' ) . '/' );
define( 'WP_CONTENT_DIR', __DIR__ . '/content' );
define( 'WP_CONTENT_URL', 'http://blog.example/wp-content' );
define( 'DB_NAME', 'none' );
define( 'DB_USER', '' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', '' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DISABLE_WP_CRON', true );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $kind ) {
	define( $kind . '_KEY', 'k' );
	define( $kind . '_SALT', 's' );
}
$table_prefix = 'wp_';

ob_start();
require ABSPATH . 'wp-settings.php';
while ( ob_get_level() ) {
	ob_end_clean();
}
error_reporting( 0 );
