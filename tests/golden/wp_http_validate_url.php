<?php
// Makes wp_http_validate_url.tsv. Usage: php wp_http_validate_url.php WORDPRESS-ROOT…
// Rows: a URL as hex, then one column per root (6.1.9, 6.6.7, 6.9.7, 7.1): what it gives as hex, or "-" for false. Every name resolves and every
// address is external, since the port judges neither. Option home is http://Blog.test:8081/x.

namespace Golden;

error_reporting( E_ALL & ~E_DEPRECATED & ~E_WARNING );

function gethostbyname( $host ) {
	return '198.51.100.1' === $host ? $host : '192.0.2.1';
}

function get_option( $name ) {
	return 'http://Blog.test:8081/x';
}

function apply_filters( $hook, $value ) {
	return 'http_request_host_is_external' === $hook ? true : $value;
}

function source( $file, $name ) {
	preg_match( "/^function $name\(.*?^}/ms", file_get_contents( $file ), $match );
	return $match[0] . "\n";
}

$names = array(
	'kses.php' => array(
		'wp_kses_bad_protocol', 'wp_kses_bad_protocol_once', 'wp_kses_bad_protocol_once2', 'wp_kses_no_null',
		'wp_kses_decode_entities', '_wp_kses_decode_entities_chr', '_wp_kses_decode_entities_chr_hexdec',
	),
	'http.php' => array( 'wp_http_validate_url' ),
);
foreach ( array_slice( $argv, 1 ) as $n => $root ) {
	$code = "namespace Golden\\Root$n;
		use function Golden\\get_option; use function Golden\\apply_filters; use function Golden\\gethostbyname;
		if ( ! function_exists( 'array_any' ) ) { function array_any( \$a, \$f ) { foreach ( \$a as \$v ) { if ( \$f( \$v ) ) { return true; } } return false; } }\n";
	foreach ( $names as $file => $functions ) {
		foreach ( $functions as $function ) {
			$code .= source( "$root/wp-includes/$file", $function );
		}
	}
	// Callbacks are named by string, and so are global.
	$code = str_replace( "'_wp_kses_decode", "'Golden\\Root$n\\_wp_kses_decode", $code );
	eval( $code );
}

$starts = array( 'http://', 'http://', 'https://', 'HTTP://', 'hTTps://', 'http:/', 'http:', 'http:///', '//', '/', '', 'ftp://', 'feed:http://',
	' http://', "\thttp://", 'http&colon;//', 'http&#58;//', 'http&#x3a;//', 'http&#58//', "ht\ntp://", 'http ://', 'javascript:', "http\0://" );
$hosts  = array( 'a.test', 'A.Test', 'blog.test', 'BLOG.TEST', 'www.blog.test', 'u@a.test', 'u:p@a.test', ':@a.test', '@a.test', '0', '8.8.8.8',
	'08.8.8.8', '.a.test.', '[a.test', 'a]test', 'a b.test', "a\\.test", "a\\0.test", 'a_b.test', "\xC3\xBC.test", '%61.test', 'a#b', '' );
$ports  = array( '', '', '', ':80', ':443', ':8080', ':8081', ':8080x', ':0', ':', ':22', ':65535', ':65536', ':080', ':000080', ':80:80', ':-1', ': 80' );
$rests  = array( '', '/', '/x', '/?q', '?q', '#f', '/ ', ' ', "/\t", "/\n", "/\r", "/\x7F", "/\x01", "/\x0B", '/\\', '/\\0', '/\\00', "/\\'", '/a:b',
	'/&#58;', '/&#58', '/&#58x', '/&colon;', '/&amp;', '/@', '/:80', '/?:@', "/\xC3\xBC", '//x', ':', '/%00' );

mt_srand( 2 );
$rows = array( '', '0', '1e5', 'http', 'http://', 'https://', 'http:', '//', 'http://a' );
foreach ( $starts as $start ) {
	$rows[] = $start . 'a.test/';
}
foreach ( $hosts as $host ) {
	foreach ( $ports as $port ) {
		$rows[] = "http://$host$port/";
	}
}
foreach ( $rests as $rest ) {
	$rows[] = "http://a.test$rest";
	$rows[] = "HTTP://a.test$rest";
}
while ( count( $rows ) < 2000 ) {
	$row = '';
	foreach ( array( $starts, $hosts, $ports, $rests ) as $parts ) {
		$row .= $parts[ mt_rand( 0, count( $parts ) - 1 ) ];
	}
	$rows[] = $row;
}
foreach ( array_unique( $rows, SORT_STRING ) as $row ) {
	echo bin2hex( $row );
	for ( $n = 0; $n < $argc - 1; $n++ ) {
		$valid = ( "Golden\\Root$n\\wp_http_validate_url" )( $row );
		echo "\t", false === $valid ? '-' : bin2hex( $valid );
	}
	echo "\n";
}
