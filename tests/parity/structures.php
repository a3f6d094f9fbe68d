<?php
// Prints the rewrite rules of permalink structures: php structures.php DIRECTORY STRUCTURE...
// What is stored in the end are the rules of the structure that was there, with the types of types.php.
list( , $directory ) = $argv;

$_SERVER['HTTP_HOST']       = 'blog.test';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_METHOD']  = 'GET';
$_SERVER['REQUEST_URI']     = '/';
require $directory . '/wp-load.php';

function rules_of( $structure ) {
	global $wp_rewrite, $wpdb;
	$wp_rewrite->set_permalink_structure( $structure );
	$wp_rewrite->init();
	// Both grow with every structure, unlike in a WordPress that only ever has one.
	$wp_rewrite->extra_permastructs = array();
	$wp_rewrite->extra_rules_top    = array();
	rest_api_register_rewrites();
	wp_sitemaps_get_server()->register_rewrites();
	create_initial_taxonomies();
	create_initial_post_types();
	test_types();
	$wp_rewrite->flush_rules( false );
	return $wpdb->get_var( "SELECT option_value FROM $wpdb->options WHERE option_name = 'rewrite_rules'" );
}

$before = get_option( 'permalink_structure' );
foreach ( array_slice( $argv, 2 ) as $structure ) {
	echo bin2hex( $structure ), ' ', bin2hex( rules_of( $structure ) ), "\n";
}
rules_of( $before );
