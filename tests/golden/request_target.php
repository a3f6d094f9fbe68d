<?php
// Makes request_target.tsv: what WpOrg\Requests\Iri asks a server for. Usage: php request_target.php WORDPRESS-ROOT
// Rows: what follows the host, and the request's path and query, both as hex; "-" where Requests throws.

$root = $argv[1] . '/wp-includes/';
require $root . 'Requests/src/Autoload.php';
WpOrg\Requests\Autoload::register();

function target( $rest ) {
	try {
		$iri = new WpOrg\Requests\Iri( 'http://h.test' . $rest );
		$uri = $iri->uri;
	} catch ( Exception $e ) {
		return null;
	}
	// curl sends no fragment.
	return substr( strtok( $uri, '#' ), strlen( 'http://h.test' ) );
}

$bits = array(
	'/', '/', '/', '.', '..', '/..', '/./', '/../', '//', '?', '#', '&', '=', ';', ':', '@', ' ', '%', '%2', '%2F', '%2f', '%41',
	'%7e', '%5f', '%5F', '%2d', '%2E', '%2e%2e', '%00', '%C3%BC', '%c3%bc', '%c3', '%bc', '%e2%82%ac', '%F0%9F%98%80', '%zz',
	'%%', "\xC3\xBC", "\xC3", "\xBC", "\xE2\x82", "\xE2", "\xF0\x9F\x98\x80", "\xF0\x9F", "\xFF", "\x7F", "\t", "\n", "\r", '"',
	"'", '\\', '\\\'', '<', '>', '[', ']', '{', '}', '|', '^', '`', '~', '!', '$', '(', ')', '*', '+', ',', '_', '-', 'a', 'Z',
	'0', 'word', '.x', 'x.', '...',
);

mt_srand( 1 );
$rows = array( '', '/', '?', '#', '/?', '/#', '/a b', "/it\\'s", '/a/../b/./c', '/..', '/../..', '/.', '/a/.', '/a/..', '/a//../b' );
while ( count( $rows ) < 1500 ) {
	$rest = array( '/', '/', '/', '?', '' )[ mt_rand( 0, 4 ) ];
	for ( $n = mt_rand( 0, 9 ); $rest !== '' && $n > 0; $n-- ) {
		$rest .= $bits[ mt_rand( 0, count( $bits ) - 1 ) ];
	}
	$rows[] = $rest;
}
foreach ( array_unique( $rows ) as $rest ) {
	$target = target( $rest );
	echo bin2hex( $rest ), "\t", null === $target ? '-' : bin2hex( $target ), "\n";
}
