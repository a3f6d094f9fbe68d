<?php
/**
 * Answers calls of PHP and WordPress functions.
 *
 * A request on stdin is a length, then a function's name, how many calls, and for each call how many arguments and the
 * arguments, strings all; a string is a length and its bytes, numbers and lengths are 32 bits, little endian. The reply
 * on stdout is a length, then for each call a length and the value as canonical() writes it, or `!` and a message if the
 * function threw.
 *
 * A function that needs other arguments than strings, or is no function, is a row of $functions.
 */

require __DIR__ . '/canonical.php';
if ( getenv( 'LINKBACKD_WORDPRESS' ) ) {
	require __DIR__ . '/bootstrap.php';
	require __DIR__ . '/whole.php';
}
error_reporting( 0 );
ini_set( 'display_errors', '0' );
ini_set( 'memory_limit', '1G' );

/** PCRE 10.43 and newer count marks as letters of words in Unicode mode, PHP's may be older; no ported pattern relies on it. */
function pattern( $pattern, $modifiers ) {
	if ( preg_match( '/\\\\[wb]/', $pattern ) ) {
		$modifiers = str_replace( 'u', '', $modifiers );
	}
	return '~' . $pattern . '~' . $modifiers;
}

$functions = array(
	'intval'                     => fn( $text ) => (int) $text,
	'floatval'                   => fn( $text ) => (float) $text,
	'float_to_string'            => fn( $text ) => (string) (float) $text,
	'loose_equal'                => fn( $a, $b ) => $a == $b,
	'str_truthy'                 => fn( $text ) => (bool) $text,
	'array_key'                  => fn( $text ) => array_keys( array( $text => 1 ) )[0],
	'strtr'                      => fn( $text, $a, $b, $c ) => strtr( $text, array( $a => 'ab', $b => '', $c => $a ) ),
	'strip_tags_a'               => fn( $text ) => strip_tags( $text, '<a>' ),
	'strip_tags_a_br'            => fn( $text ) => strip_tags( $text, '<a><br>' ),
	'parse_str'                  => function ( $text ) {
		parse_str( $text, $array );
		return $array;
	},
	'htmlspecialchars_quotes'    => fn( $text ) => htmlspecialchars( $text, ENT_QUOTES, 'UTF-8', false ),
	'htmlspecialchars_xml'       => fn( $text ) => htmlspecialchars( $text, ENT_QUOTES | ENT_XML1, 'UTF-8', false ),
	'htmlspecialchars_charset'   => fn( $text, $charset ) => htmlspecialchars( $text, ENT_QUOTES | ENT_SUBSTITUTE, $charset, true ),
	'htmlspecialchars_decode'    => fn( $text ) => htmlspecialchars_decode( $text, ENT_QUOTES ),
	'htmlspecialchars_decode_no' => fn( $text ) => htmlspecialchars_decode( $text, ENT_NOQUOTES ),
	'html_entity_decode'         => fn( $text ) => html_entity_decode( $text, ENT_QUOTES, 'UTF-8' ),
	'html_entity_decode_xml'     => fn( $text ) => html_entity_decode( $text, ENT_QUOTES | ENT_XML1, 'UTF-8' ),
	'unserialize'                => fn( $text ) => unserialize( $text, array( 'allowed_classes' => false ) ),
	'mb_strtolower'              => fn( $text ) => mb_strtolower( $text, 'UTF-8' ),
	'mb_strtolower_block'        => function ( $block ) {
		$text = '';
		for ( $code = $block * 256; $code < $block * 256 + 256; $code++ ) {
			$text .= $code < 0xd800 || $code > 0xdfff ? mb_chr( $code, 'UTF-8' ) : '';
		}
		return mb_strtolower( $text, 'UTF-8' );
	},
	'strpos'                     => fn( $text, $needle ) => strpos( $text, $needle ),
	'trim_set'                   => fn( $text, $set ) => trim( $text, $set ),
	'mb_convert_encoding'        => fn( $text, $to, $from ) => mb_convert_encoding( $text, $to, $from ),
	// What mb_convert_encoding() guesses; mb_detect_encoding() is stricter.
	'mb_convert_detected'        => fn( $text ) => mb_convert_encoding( $text, 'UTF-8', 'ASCII, UTF-8, ISO-8859-1, JIS, EUC-JP, SJIS' ),
	'mb_check_encoding'          => fn( $text ) => mb_check_encoding( $text, 'UTF-8' ),
	'mb_strlen'                  => fn( $text ) => mb_strlen( $text, 'UTF-8' ),
	'mb_substr'                  => fn( $text, $start, $length ) => mb_substr( $text, (int) $start, (int) $length, 'UTF-8' ),
	'strtotime'                  => fn( $text ) => strtotime( $text . ' UTC' ),
	'preg_match'                 => function ( $pattern, $modifiers, $text ) {
		$pattern = pattern( $pattern, $modifiers );
		$count   = preg_match( $pattern, $text, $found );
		return false === $count ? false : $found;
	},
	'preg_match_all'             => function ( $pattern, $modifiers, $text ) {
		$pattern = pattern( $pattern, $modifiers );
		$count   = preg_match_all( $pattern, $text, $found, PREG_SET_ORDER );
		return false === $count ? false : $found;
	},
	'preg_replace'               => fn( $pattern, $modifiers, $text, $with ) => preg_replace( pattern( $pattern, $modifiers ), $with, $text ),
	'preg_replace_callback'      => fn( $pattern, $modifiers, $text ) => preg_replace_callback( pattern( $pattern, $modifiers ), fn( $found ) => strtoupper( $found[0] ) . '|', $text ),
	'preg_split'                 => fn( $pattern, $modifiers, $text ) => preg_split( pattern( $pattern, $modifiers ), $text ),
	'preg_split_no_empty'        => fn( $pattern, $modifiers, $text ) => preg_split( pattern( $pattern, $modifiers ), $text, -1, PREG_SPLIT_NO_EMPTY ),
	'preg_split_delimiters'      => fn( $pattern, $modifiers, $text ) => preg_split( pattern( $pattern, $modifiers ), $text, -1, PREG_SPLIT_DELIM_CAPTURE ),
	'preg_split_both'            => fn( $pattern, $modifiers, $text ) => preg_split( pattern( $pattern, $modifiers ), $text, -1, PREG_SPLIT_DELIM_CAPTURE | PREG_SPLIT_NO_EMPTY ),
	'preg_last_error'            => function ( $pattern, $modifiers, $unit, $count, $tail ) {
		preg_match( pattern( $pattern, $modifiers ), str_repeat( $unit, (int) $count ) . $tail );
		return preg_last_error();
	},
	'_wp_specialchars'           => fn( $text ) => _wp_specialchars( $text ),
	'_wp_specialchars_compat'    => fn( $text ) => _wp_specialchars( $text, ENT_COMPAT ),
	'_wp_specialchars_xml'       => fn( $text ) => _wp_specialchars( $text, ENT_XML1 ),
	'wp_strip_all_tags_breaks'   => fn( $text ) => wp_strip_all_tags( $text, true ),
	'sanitize_title_with_dashes' => fn( $text ) => sanitize_title_with_dashes( $text, '', 'query' ),
	'sanitize_url'               => fn( $text ) => sanitize_url( $text ),
	'wp_kses_normalize_entities_xml' => fn( $text ) => wp_kses_normalize_entities( $text, 'xml' ),
	'wp_kses_bad_protocol'       => fn( $text ) => wp_kses_bad_protocol( $text, wp_allowed_protocols() ),
	'wp_kses_hair'               => function ( $text ) {
		// A name that is a number has been a key and is an integer.
		$strings = fn( $attribute ) => array_map( 'strval', $attribute );
		$text    = wp_kses_normalize_entities( $text );
		return array_map( $strings, array_values( wp_kses_hair( $text, wp_allowed_protocols() ) ) );
	},
	'wp_rel_ugc'                 => fn( $text ) => wp_rel_ugc( wp_kses_normalize_entities( $text ) ),
	'wp_targeted_link_rel'       => fn( $text ) => wp_targeted_link_rel( wp_kses_normalize_entities( $text ) ),
	'wp_kses'                    => fn( $text ) => wp_kses( $text, 'data' ),
	'wp_kses_comment'            => fn( $text ) => wp_kses( $text, 'pre_comment_content' ),
	'wp_kses_blocks'             => fn( $text ) => wp_kses( $text, 'pre_comment_content' ),
	'pre_comment_content'        => fn( $text ) => apply_filters( 'pre_comment_content', $text ),
	'make_clickable'             => function ( $text ) {
		$GLOBALS['wp_current_filter'][] = 'comment_text';
		$text                           = make_clickable( $text );
		array_pop( $GLOBALS['wp_current_filter'] );
		return $text;
	},
	'pingback_page'              => 'Whole\pingback_page',
	'trackback_form'             => 'Whole\trackback_form',
	'wp_filter_comment'          => 'Whole\filter_comment',
	'wp_http_validate_url'       => 'Whole\wp_http_validate_url',
	'request_target'             => 'Whole\request_target',
	'wp_filter_kses'             => fn( $text ) => apply_filters( 'pre_comment_author_name', $text ),
	'set_url_scheme'             => fn( $url, $scheme ) => set_url_scheme( $url, $scheme ),
	'home_url'                   => fn( $path ) => home_url( $path ),
	'wp_is_json_request'         => function ( $accept, $type ) {
		$_SERVER['HTTP_ACCEPT']  = $accept;
		$_SERVER['CONTENT_TYPE'] = $type;
		return wp_is_json_request();
	},
	'rewrite_rule'               => function ( $pattern, $query, $request ) {
		// As WP::parse_request() does.
		if ( ! preg_match( "#^$pattern#", $request, $matches ) ) {
			return false;
		}
		return WP_MatchesMapRegex::apply( preg_replace( '!^.+\?!', '', $query ), $matches );
	},
	'comment_text'               => fn( $text ) => apply_filters( 'comment_text', $text, null, array() ),
);

function read_bytes( $length ) {
	$bytes = 0 === $length ? '' : stream_get_contents( STDIN, $length );
	if ( strlen( $bytes ) < $length ) {
		exit( 0 );
	}
	return $bytes;
}

while ( true ) {
	$request = read_bytes( unpack( 'V', read_bytes( 4 ) )[1] );
	$at      = 0;
	$number  = function () use ( $request, &$at ) {
		$number = unpack( 'V', $request, $at )[1];
		$at    += 4;
		return $number;
	};
	$field   = function () use ( $request, &$at, $number ) {
		$length = $number();
		$field  = substr( $request, $at, $length );
		$at    += $length;
		return $field;
	};
	$name     = $field();
	$function = $functions[ $name ] ?? $name;
	$answers  = '';
	for ( $calls = $number(); $calls > 0; $calls-- ) {
		$arguments = array();
		for ( $count = $number(); $count > 0; $count-- ) {
			$arguments[] = $field();
		}
		try {
			$answer = canonical( $function( ...$arguments ) );
		} catch ( Throwable $error ) {
			$answer = '!' . get_class( $error ) . ': ' . $error->getMessage();
		}
		$answers .= pack( 'V', strlen( $answer ) ) . $answer;
	}
	fwrite( STDOUT, pack( 'V', strlen( $answers ) ) . $answers );
	fflush( STDOUT );
}
