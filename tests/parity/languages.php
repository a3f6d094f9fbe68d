<?php
// Translations in PHP's form, made by WordPress itself: php languages.php WORDPRESS DIRECTORY LOCALE…
// Where WordPress has no such form yet, nothing is made.
list( , $wordpress, $directory ) = $argv;

$file = $wordpress . '/wp-includes/l10n/class-wp-translation-file';
if ( ! file_exists( $file . '.php' ) ) {
	exit;
}
require $file . '.php';
require $file . '-mo.php';
require $file . '-php.php';

foreach ( array_slice( $argv, 3 ) as $locale ) {
	$made = WP_Translation_File::transform( "$directory/$locale.mo", 'php' );
	if ( ! is_string( $made ) || ! file_put_contents( "$directory/$locale.l10n.php", $made ) ) {
		fwrite( STDERR, "$locale.mo cannot be transformed\n" );
		exit( 1 );
	}
}
