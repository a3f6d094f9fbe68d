<?php
/*
 * Runs mb_* functions on what comes on standard input.
 *
 * A case is a line: function, arguments in hex. A reply is its length, four bytes, and the result; for `pairs`, 65,536
 * replies, for all texts of two bytes behind a prefix; for `points`, one reply for each code point from one to another.
 */

error_reporting( 0 );
ini_set( 'memory_limit', '1G' );
const LIST_OF_WORDPRESS = 'ASCII, UTF-8, ISO-8859-1, JIS, EUC-JP, SJIS';

function reply( $result ) {
	return pack( 'N', strlen( $result ) ) . $result;
}

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
		case 'pairs':
			$out = '';
			for ( $pair = 0; $pair < 0x10000; $pair++ ) {
				$text = $args[0] . chr( $pair >> 8 ) . chr( $pair & 0xFF );
				$out .= reply( mb_convert_encoding( $text, $args[1], $args[2] ) );
			}
			echo $out;
			continue 2;
		case 'points':
			$out = '';
			for ( $point = (int) $args[1]; $point < (int) $args[2]; $point++ ) {
				$out .= reply( mb_convert_encoding( pack( 'N', $point ), $args[0], 'UCS-4BE' ) );
			}
			echo $out;
			continue 2;
		case 'detect':
			// What mb_convert_encoding() guesses; mb_detect_encoding() is stricter.
			$result = mb_convert_encoding( $args[0], 'UTF-8', LIST_OF_WORDPRESS );
			break;
		case 'auto':
			$result = mb_convert_encoding( $args[0], 'UTF-8', 'AUTO' );
			break;
		case 'strlen':
			$result = (string) mb_strlen( $args[0], 'UTF-8' );
			break;
		case 'substr':
			$result = mb_substr( $args[0], (int) $args[1], (int) $args[2], 'UTF-8' );
			break;
		case 'start':
			$result = mb_substr( $args[0], 0, (int) $args[1], $args[2] );
			break;
		case 'strtolower':
			$result = mb_strtolower( $args[0], 'UTF-8' );
			break;
		case 'check':
			$result = mb_check_encoding( $args[0], 'UTF-8' ) ? '1' : '';
			break;
	}
	echo reply( (string) $result );
}
