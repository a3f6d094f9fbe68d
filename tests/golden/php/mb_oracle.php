<?php
/*
 * Runs mb_* functions on what comes on standard input.
 *
 * A case is a line: function, arguments in hex. A reply is a line: the result in hex.
 */

error_reporting( 0 );
ini_set( 'memory_limit', '1G' );
const LIST_OF_WORDPRESS = 'ASCII, UTF-8, ISO-8859-1, JIS, EUC-JP, SJIS';

while ( false !== ( $line = fgets( STDIN ) ) ) {
	$words    = explode( ' ', rtrim( $line, "\n" ) );
	$function = array_shift( $words );
	$args     = array_map( 'hex2bin', $words );
	switch ( $function ) {
		case 'list':
			$result = implode( ' ', mb_list_encodings() );
			break;
		case 'convert':
			$result = mb_convert_encoding( $args[0], $args[1], $args[2] );
			break;
		case 'detect':
			// What mb_convert_encoding() guesses; mb_detect_encoding() is stricter.
			$result = mb_convert_encoding( $args[0], 'UTF-8', LIST_OF_WORDPRESS );
			break;
		case 'strlen':
			$result = (string) mb_strlen( $args[0], 'UTF-8' );
			break;
		case 'substr':
			$result = mb_substr( $args[0], (int) $args[1], (int) $args[2], 'UTF-8' );
			break;
		case 'strtolower':
			$result = mb_strtolower( $args[0], 'UTF-8' );
			break;
		case 'check':
			$result = mb_check_encoding( $args[0], 'UTF-8' ) ? '1' : '';
			break;
	}
	echo bin2hex( $result ), "\n";
}
