<?php
// Prints the rewrite rules of permalink structures: php structures.php DIRECTORY STRUCTURE...
list( , $directory ) = $argv;

$_SERVER['HTTP_HOST']       = 'blog.test';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_METHOD']  = 'GET';
$_SERVER['REQUEST_URI']     = '/';
require $directory . '/wp-load.php';

$before = array( get_option( 'permalink_structure' ), get_option( 'rewrite_rules' ) );
foreach ( array_slice( $argv, 2 ) as $structure ) {
	$wp_rewrite->set_permalink_structure( $structure );
	$wp_rewrite->init();
	create_initial_taxonomies();
	create_initial_post_types();
	$wp_rewrite->flush_rules( false );
	$rules = $wpdb->get_var( "SELECT option_value FROM $wpdb->options WHERE option_name = 'rewrite_rules'" );
	echo bin2hex( $structure ), ' ', bin2hex( $rules ), "\n";
}
update_option( 'permalink_structure', $before[0] );
update_option( 'rewrite_rules', $before[1] );
