<?php
/*
 * Answers XML-RPC requests with the IXR classes of a real WordPress.
 *
 * php xmlrpc_oracle.php /path/to/wordpress
 *
 * Requests come on standard input and replies go to standard output, each after its length as 32 bits, little-endian.
 * A reply is the body WordPress would send, or "fatal" where PHP dies of an uncaught error. Methods that need more
 * than IXR answer with a dump of their arguments.
 */

error_reporting( E_ERROR | E_PARSE );
ini_set( "display_errors", "stderr" );
ini_set( 'memory_limit', '2G' );
$wordpress = rtrim( $argv[1], '/' ) . '/wp-includes/';

function apply_filters( $name, $value ) {
	return $value;
}
function do_action() {
}
function get_option() {
	return 'UTF-8';
}
function __( $text ) {
	return $text;
}
define( 'ABSPATH', rtrim( $argv[1], '/' ) . '/' );
define( 'WPINC', 'wp-includes' );
require $wordpress . 'class-IXR.php';

function dump( $value ) {
	if ( null === $value ) {
		return 'n;';
	}
	if ( is_bool( $value ) ) {
		return $value ? 'b1;' : 'b0;';
	}
	if ( is_int( $value ) ) {
		return "i$value;";
	}
	if ( is_float( $value ) ) {
		return 'd' . bin2hex( strrev( pack( 'd', $value ) ) ) . ';';
	}
	if ( is_string( $value ) ) {
		return 's' . bin2hex( $value ) . ';';
	}
	if ( $value instanceof IXR_Date ) {
		return 't' . bin2hex( $value->getIso() ) . ';';
	}
	$out = 'a{';
	foreach ( $value as $key => $item ) {
		$out .= bin2hex( $key ) . ':' . dump( $item );
	}
	return $out . '}';
}

class Reply extends Exception {
}

// The table and the methods that only need IXR are WordPress's own text.
$source = file_get_contents( $wordpress . 'class-wp-xmlrpc-server.php' );
preg_match( '/\$this->methods = (array\(.*?\n\t\t\));/s', $source, $table );
$own = '';
foreach ( array( 'sayHello', 'addTwoNumbers', 'mt_supportedMethods', 'mt_supportedTextFilters' ) as $name ) {
	preg_match( "/\n\tpublic function $name\(.*?\n\t}\n/s", $source, $method );
	$own .= $method[0];
}
eval(
	'class Oracle extends IXR_Server {
		public $methods;
		public $error;
		function __construct() {
			$this->methods = ' . $table[1] . ';
		}
		function answer( $data ) {
			$this->setCapabilities();
			$this->callbacks = array();
			foreach ( $this->methods as $name => $callback ) {
				$this->callbacks[ $name ] = method_exists( $this, substr( $callback, 5 ) ) ? $callback : "this:other";
			}
			$this->setCallbacks();
			$this->serve( $data );
		}
		function other( $args ) {
			return dump( $args );
		}
		function output( $xml ) {
			throw new Reply( "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" . $xml );
		}
	' . $own . '}'
);

while ( 4 === strlen( $head = (string) fread( STDIN, 4 ) ) ) {
	$length  = unpack( 'V', $head )[1];
	$request = '';
	while ( strlen( $request ) < $length ) {
		$request .= fread( STDIN, $length - strlen( $request ) );
	}
	try {
		( new Oracle() )->answer( $request );
		$reply = 'none';
	} catch ( Reply $caught ) {
		$reply = $caught->getMessage();
	} catch ( Throwable $error ) {
		$reply = 'fatal';
	}
	fwrite( STDOUT, pack( 'V', strlen( $reply ) ) . $reply );
}
