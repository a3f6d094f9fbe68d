<?php
/**
 * Says what a WordPress is made of: `php digest.php DIRECTORY [FILE...]` prints its version, then one line for each
 * piece of it (or of these files), file, name and digest between tabs. No code of WordPress runs.
 *
 * A piece is a function (`wp_die`), a method (`WP::main`), a class without its methods (`WP {}`: constants and
 * properties), or a file without its functions and classes (`{}`: what runs when it is included). The digest is of the
 * tokens, without comments and white space, so that it changes only where the code does. Names have no namespace. What has
 * functions keeps the word `function` of each, so that it changes as well when one comes or goes. A name
 * that a file defines twice (`if` … `else` …) has both in its digest.
 */

/** The pieces of one file: name => text of its tokens. */
function pieces( string $code ): array {
	$found = array();
	// What encloses the present token: name of its piece, and the depth of braces at which it ends.
	$stack   = array( array( '{}', -1, null ) );
	$depth   = 0;
	$pending = null;
	$last    = null;
	foreach ( tokens( $code ) as $token ) {
		list( $kind, $text ) = is_array( $token ) ? $token : array( $token, $token );
		if ( in_array( $kind, array( T_WHITESPACE, T_COMMENT, T_DOC_COMMENT ), true ) ) {
			continue;
		}
		if ( T_OPEN_TAG === $kind ) {
			$text = '<?php';
		}
		$top   = count( $stack ) - 1;
		$class = $stack[ $top ][2];
		if ( T_FUNCTION === $kind && ( '{}' === $stack[ $top ][0] || null !== $class ) && null === $pending ) {
			$pending = array( 'function', null );
		} elseif ( in_array( $kind, array( T_CLASS, T_INTERFACE, T_TRAIT ), true ) && T_DOUBLE_COLON !== $last && T_NEW !== $last
			&& '{}' === $stack[ $top ][0] ) {
			$pending = array( 'class', null );
		} elseif ( T_STRING === $kind && null !== $pending && null === $pending[1] ) {
			$pending[1] = $text;
			if ( 'class' === $pending[0] ) {
				$stack[] = array( $text . ' {}', PHP_INT_MAX, $text );
			} else {
				$stack[] = array( null === $class ? $text : "$class::$text", PHP_INT_MAX, null );
			}
		} elseif ( '(' === $kind && null !== $pending && null === $pending[1] ) {
			// A closure: it belongs to what it stands in.
			$pending = null;
		}
		$top   = count( $stack ) - 1;
		$name  = $stack[ $top ][0];
		$found[ $name ][] = $text;
		if ( '{' === $kind || T_CURLY_OPEN === $kind || T_DOLLAR_OPEN_CURLY_BRACES === $kind ) {
			if ( PHP_INT_MAX === $stack[ $top ][1] ) {
				$stack[ $top ][1] = $depth;
				$pending          = null;
			}
			++$depth;
		} elseif ( '}' === $kind ) {
			--$depth;
			if ( $depth === $stack[ $top ][1] ) {
				array_pop( $stack );
			}
		} elseif ( ';' === $kind && PHP_INT_MAX === $stack[ $top ][1] ) {
			// An abstract method, or one of an interface.
			array_pop( $stack );
			$pending = null;
		}
		$last = $kind;
	}
	return array_map( 'glue', $found );
}

/** Tokens with names told from keywords (a method may be called `list`), as far as this PHP understands the file. */
function tokens( string $code ): array {
	try {
		return token_get_all( $code, TOKEN_PARSE );
	} catch ( ParseError $error ) {
		return token_get_all( $code );
	}
}

/** One text of tokens, whatever the tokenizer of this PHP takes for one. */
function glue( array $tokens ): string {
	$text = '';
	foreach ( $tokens as $token ) {
		$both  = preg_match( '/[\w$\x80-\xff]$/D', $text ) && preg_match( '/^[\w$\x80-\xff]/', $token );
		$text .= $both ? ' ' . $token : $token;
	}
	return $text;
}

/** Files whose functions are told: all of WordPress's own, without bundled libraries that no ping comes by. */
function files( string $tree ): array {
	$skip  = '#^wp-includes/(ID3|PHPMailer|SimplePie|sodium_compat|js|blocks|block-patterns|block-supports|widgets|assets|images|css|fonts|customize|php-ai-client|build)/#';
	$found = glob( "$tree/*.php" );
	foreach ( array( 'wp-includes', 'wp-admin/includes' ) as $place ) {
		if ( is_dir( "$tree/$place" ) ) {
			$all = new RecursiveIteratorIterator( new RecursiveDirectoryIterator( "$tree/$place", FilesystemIterator::SKIP_DOTS | FilesystemIterator::FOLLOW_SYMLINKS ) );
			foreach ( $all as $file ) {
				$found[] = $file->getPathname();
			}
		}
	}
	$found = array_map(
		function ( $path ) use ( $tree ) {
			return substr( $path, strlen( $tree ) + 1 );
		},
		$found
	);
	sort( $found );
	return array_filter(
		$found,
		function ( $name ) use ( $skip ) {
			return preg_match( '/\.php$/D', $name ) && 'wp-config.php' !== $name && ! preg_match( $skip, $name );
		}
	);
}

$tree = rtrim( $argv[1] ?? '', '/' );
if ( ! is_file( "$tree/wp-includes/version.php" ) ) {
	fwrite( STDERR, "$tree is no WordPress: it has no wp-includes/version.php\n" );
	exit( 1 );
}
ini_set( 'memory_limit', '512M' );
preg_match( '/\$wp_version\s*=\s*[\'"]([^\'"]+)/', file_get_contents( "$tree/wp-includes/version.php" ), $version );
echo "version\t", $version[1] ?? '', "\n";
$files = array_slice( $argv, 2 );
foreach ( $files ? array_filter( $files, fn( $file ) => is_file( "$tree/$file" ) ) : files( $tree ) as $file ) {
	foreach ( pieces( file_get_contents( "$tree/$file" ) ) as $name => $text ) {
		echo $file, "\t", $name, "\t", substr( hash( 'sha256', $text ), 0, 12 ), "\n";
	}
}
