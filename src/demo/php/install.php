<?php
// Installs WordPress without a browser: php install.php DIRECTORY TITLE HOME
list( , $directory, $title, $home ) = $argv;

$_SERVER['HTTP_HOST']       = parse_url( $home, PHP_URL_HOST );
$_SERVER['SERVER_NAME']     = $_SERVER['HTTP_HOST'];
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_METHOD']  = 'GET';
$_SERVER['REQUEST_URI']     = '/';
$_SERVER['PHP_SELF']        = '/index.php';
define( 'WP_INSTALLING', true );

require $directory . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

// Nobody is to be written to.
function wp_new_blog_notification() {}

wp_install( $title, 'admin', 'admin@blog.example', true, '', 'password' );
foreach ( array( 'home' => $home, 'siteurl' => $home, 'template' => 'stage', 'stylesheet' => 'stage' ) as $name => $value ) {
	update_option( $name, $value );
}

$wp_rewrite->init();
$wp_rewrite->set_permalink_structure( '/%year%/%monthnum%/%day%/%postname%/' );
create_initial_taxonomies();
$wp_rewrite->flush_rules( false );
