<?php
/**
 * Answers with WordPress's own url_to_postid() and get_permalink().
 *
 * Arguments: the WordPress directory, an empty wp-content, and DB_HOST, DB_USER, DB_PASSWORD, DB_NAME.
 * Standard input: a JSON list of jobs, each with options, urls and posts. Standard output: a JSON line per job.
 */
error_reporting( E_ERROR );
list( , $wordpress, $content, $host, $user, $password, $name ) = $argv;
define( 'ABSPATH', rtrim( $wordpress, '/' ) . '/' );
define( 'WP_CONTENT_DIR', $content );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'DISABLE_WP_CRON', true );
define( 'DB_HOST', $host );
define( 'DB_USER', $user );
define( 'DB_PASSWORD', $password );
define( 'DB_NAME', $name );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
$table_prefix              = 'wp_';
$_SERVER['HTTP_HOST']      = 'blog.test';
$_SERVER['REQUEST_URI']    = '/';
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['PHP_SELF']       = '/index.php';
require ABSPATH . 'wp-settings.php';

foreach ( json_decode( stream_get_contents( STDIN ), true ) as $job ) {
	foreach ( $job['options'] as $option => $value ) {
		$wpdb->replace( $wpdb->options, array( 'option_name' => $option, 'option_value' => $value ) );
	}
	$wpdb->delete( $wpdb->options, array( 'option_name' => 'rewrite_rules' ) );
	wp_cache_flush();
	$wp_rewrite->init();
	// Both grow with every structure, unlike in a WordPress that only ever has one.
	$wp_rewrite->extra_permastructs = array();
	$wp_rewrite->extra_rules_top    = array();
	rest_api_register_rewrites();
	wp_sitemaps_get_server()->register_rewrites();
	create_initial_taxonomies();
	register_post_type( 'book', array( 'public' => true, 'has_archive' => true, 'rewrite' => array( 'slug' => 'books' ) ) );
	register_post_type( 'manual', array( 'public' => true, 'hierarchical' => true ) );
	$wp_rewrite->flush_rules( false );
	$answer = array(
		'rules' => (string) $wpdb->get_var( "SELECT option_value FROM $wpdb->options WHERE option_name = 'rewrite_rules'" ),
		'ids'   => array_map( 'url_to_postid', $job['urls'] ),
		'links' => array_map( 'get_permalink', $job['posts'] ),
	);
	echo json_encode( $answer, JSON_INVALID_UTF8_SUBSTITUTE ), "\n";
}
