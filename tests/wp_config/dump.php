<?php
// Runs one wp-config.php as wp-load.php would and prints what it defined, as "kind name type base64" lines.
// argv: the WordPress directory, then KEY=VALUE pairs for $_SERVER.
error_reporting( E_ERROR | E_PARSE );
foreach ( array_slice( $argv, 2 ) as $pair ) {
	list( $key, $value ) = explode( '=', $pair, 2 );
	$_SERVER[ $key ]     = $value;
	$_ENV[ $key ]        = $value;
	putenv( $pair );
}
unset( $pair, $key, $value );

function linkbackd_line( $kind, $name, $value ) {
	if ( is_array( $value ) || is_float( $value ) ) {
		$text = '';
	} else {
		$text = (string) $value;
	}
	echo $kind, ' ', $name, ' ', gettype( $value ), ' ', base64_encode( $text ), "\n";
}

function linkbackd_dump() {
	ob_end_clean();
	$constants = get_defined_constants( true );
	foreach ( $constants['user'] ?? array() as $name => $value ) {
		linkbackd_line( 'constant', $name, $value );
	}
	if ( isset( $GLOBALS['table_prefix'] ) ) {
		linkbackd_line( 'variable', 'table_prefix', $GLOBALS['table_prefix'] );
	}
	if ( isset( $_SERVER['HTTPS'] ) ) {
		linkbackd_line( 'server', 'HTTPS', $_SERVER['HTTPS'] );
	}
	echo "done\n";
	exit;
}

define( 'ABSPATH', dirname( realpath( $argv[1] . '/wp-load.php' ) ) . '/' );
ob_start();
if ( file_exists( ABSPATH . 'wp-config.php' ) ) {
	require_once ABSPATH . 'wp-config.php';
} else {
	require_once dirname( ABSPATH ) . '/wp-config.php';
}
linkbackd_dump();
