<?php
/**
 * WordPress's own text of what is no function by itself, or would reach out: evaluated in a namespace in which the few
 * functions that sleep, look up names, fetch or store have stand-ins.
 */

namespace Whole;

/** The text of a file of WordPress from one mark on to the next. */
function between( $file, $from, $to ) {
	$text  = file_get_contents( ABSPATH . $file );
	$start = strpos( $text, $from );
	$end   = strpos( $text, $to, $start );
	return substr( $text, $start, $end - $start );
}

function sleep() {
}

function gethostbyname( $host ) {
	return '192.0.2.1';
}

function url_to_postid( $url ) {
	return false !== strpos( $url, 'blog.example' ) ? 7 : 0;
}

function get_post() {
	return (object) array( 'ID' => 7 );
}

function pings_open() {
	return true;
}

function wp_safe_remote_get() {
	return $GLOBALS['page'];
}

function wp_remote_retrieve_body( $page ) {
	return $page;
}

function wp_new_comment( $data ) {
	$GLOBALS['comment'] = $data;
	return 1;
}

remove_filter( 'xmlrpc_pingback_error', 'xmlrpc_pingback_error' );
require_once ABSPATH . 'wp-includes/class-IXR.php';
require_once ABSPATH . 'wp-includes/class-wp-xmlrpc-server.php';
eval(
	'namespace Whole; use IXR_Error; use WP_Error; class Server extends \wp_xmlrpc_server {'
	. between( 'wp-includes/class-wp-xmlrpc-server.php', 'public function pingback_ping(', "\n\t}\n" ) . "\n\t}\n}"
);

/** What pingback_ping() makes of a page: a fault's number, or author and content for wp_new_comment(). */
function pingback_page( $start, $page, $end, $target ) {
	static $server = null;
	$server        = $server ?? new Server();
	$GLOBALS['page']    = $start . $page . $end;
	$GLOBALS['comment'] = null;
	$result             = $server->pingback_ping( array( 'http://source.test/', $target ) );
	if ( $result instanceof \IXR_Error ) {
		return $result->code;
	}
	return array( $GLOBALS['comment']['comment_author'], $GLOBALS['comment']['comment_content'] );
}

eval(
	'namespace Whole; function fields() { ' . str_replace(
		'die;',
		"return 'UTF-7';",
		between( 'wp-trackback.php', '$trackback_url = isset', 'if ( is_single() ||' )
	) . 'return array( $trackback_url, $title, $excerpt, $blog_name ); }'
);

/** What wp-trackback.php makes of its form. */
function trackback_form( $url, $title, $excerpt, $blog_name, $charset ) {
	$_POST = wp_slash( compact( 'url', 'title', 'excerpt', 'blog_name', 'charset' ) );
	return fields();
}

eval(
	'namespace Whole; '
	. between( 'wp-includes/http.php', 'function wp_http_validate_url(', "\n}\n" ) . "\n}\n"
);

add_filter( 'http_request_host_is_external', '__return_true' );

/** The slashed fields of a comment through all filters, as they go into the row. */
function filter_comment( $author, $url, $content ) {
	$comment = wp_unslash(
		wp_filter_comment(
			array(
				'comment_post_ID'      => 7,
				'user_id'              => 0,
				'comment_author'       => $author,
				'comment_author_email' => '',
				'comment_author_url'   => $url,
				'comment_author_IP'    => '192.0.2.7',
				'comment_agent'        => '',
				'comment_content'      => $content,
				'comment_type'         => 'pingback',
			)
		)
	);
	return array( $comment['comment_author'], $comment['comment_author_url'], $comment['comment_content'] );
}

/** The answer of Requests' Iri to what follows the host. */
function request_target( $start, $rest ) {
	$rest = $start . $rest;
	// Its name before Requests 2.
	$iri = class_exists( 'WpOrg\Requests\Iri' ) ? 'WpOrg\Requests\Iri' : 'Requests_IRI';
	try {
		$uri = ( new $iri( 'http://h.test' . $rest ) )->uri;
	} catch ( \Exception $e ) {
		return false;
	}
	return false === $uri ? false : substr( strtok( $uri, '#' ), strlen( 'http://h.test' ) );
}
