<?php
// Answers lines of hex: php oracle.php WORDPRESS SCRATCH. Each line is a function's name and its arguments; each answer a line.
error_reporting( 0 );
list( , $wordpress, $scratch ) = $argv;
require $wordpress . '/wp-includes/pomo/mo.php';
$new = $wordpress . '/wp-includes/l10n/class-wp-translation-file';
if ( file_exists( $new . '.php' ) ) {
	require $new . '.php';
	require $new . '-mo.php';
	require $new . '-php.php';
}

// A value in a form that Rust can write as well.
function told( $value ) {
	switch ( gettype( $value ) ) {
		case 'NULL':
			return 'n';
		case 'boolean':
			return $value ? 't' : 'f';
		case 'integer':
			return "i$value";
		case 'double':
			return 'd' . bin2hex( pack( 'E', $value ) );
		case 'string':
			return 's' . bin2hex( $value );
	}
	$items = array();
	foreach ( $value as $key => $item ) {
		$items[] = told( $key ) . '=' . told( $item );
	}
	return '[' . implode( ',', $items ) . ']';
}

function translations( $originals, $translate ) {
	$said = array();
	foreach ( $originals as $original ) {
		$parts  = explode( "\4", $original );
		$text   = array_pop( $parts );
		$said[] = bin2hex( $translate( $text, $parts ? $parts[0] : '' ) );
	}
	return implode( ' ', $said );
}

function answer( $function, $args ) {
	global $scratch;
	try {
		switch ( $function ) {
			case 'sprintf':
				return 's' . bin2hex( sprintf( ...$args ) );
			case 'literal':
				// Behind the opening tag; a declaration has to be the first there is.
				return told( eval( substr( $args[0], 5 ) ) );
			case 'pomo':
				$file = "$scratch/x.mo";
				file_put_contents( $file, array_shift( $args ) );
				$mo = new MO();
				$ok = $mo->import_from_file( $file );
				return translations(
					$args,
					function ( $text, $context ) use ( $mo, $ok ) {
						return $ok ? $mo->translate( $text, $context ) : $text;
					}
				);
			case 'mo':
			case 'php':
				$file = "$scratch/x.$function";
				file_put_contents( $file, array_shift( $args ) );
				$source = WP_Translation_File::create( $file );
				return translations(
					$args,
					function ( $text, $context ) use ( $source ) {
						$key   = '' === $context ? $text : "$context\4$text";
						$found = $source->translate( $key );
						return false === $found ? $text : explode( "\0", $found )[0];
					}
				);
		}
	} catch ( Throwable $thrown ) {
		return 'thrown';
	}
}

while ( false !== ( $line = fgets( STDIN ) ) ) {
	$words = array_map(
		function ( $word ) {
			return '-' === $word ? '' : hex2bin( $word );
		},
		array_slice( explode( ' ', trim( $line ) ), 1 )
	);
	echo answer( strtok( $line, ' ' ), $words ), "\n";
}
