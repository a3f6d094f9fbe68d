<?php
/*
 * Writes tables.bin, measured on the mbstring of the PHP that runs this (8.2), to standard output:
 *
 *     php src/php/mb/tables.php > src/php/mb/tables.bin
 *
 * Nothing is copied from PHP's sources: each table is what mb_convert_encoding() makes of every text that may be a
 * character. tests/mb_oracle.rs runs this again and compares.
 *
 * The file: the sequences (how many; of each how many code points, and these), then tables to the end of the file. A
 * table: length of its name, name, length of what follows in bytes; kind of base and number of the base's table; keys of
 * the base that are gone, as runs; keys that are new or changed, as runs with values. Runs: how many; of each the distance
 * from the end of the run before, how many keys, and for each value the difference (zigzag) from the value before and 1.
 * Numbers are LEB128.
 *
 * "D:" tables go from bytes, as a big-endian number, to a code point, or 0x200000 and the number of a sequence. "E:" tables
 * go the other way. "P:" tables go from bytes to a sequence that is encoded as one character.
 */

error_reporting( 0 );
ini_set( 'memory_limit', '2G' );

const BAD      = 0x10FFFD;
const SEQUENCE = 0x200000;

$sequences = array();
$numbers   = array();
$tables    = array();

function cps( $bytes, $enc ) {
	mb_substitute_character( BAD );
	return array_values( unpack( 'N*', mb_convert_encoding( $bytes, 'UCS-4BE', $enc ) ) );
}

function sequence( $cps ) {
	global $sequences, $numbers;
	$name = implode( ' ', $cps );
	if ( ! isset( $numbers[ $name ] ) ) {
		$numbers[ $name ] = count( $sequences );
		$sequences[]      = $cps;
	}
	return SEQUENCE + $numbers[ $name ];
}

function number( $bytes ) {
	return hexdec( bin2hex( $bytes ) );
}

function leb( $n ) {
	$out = '';
	do {
		$out .= chr( ( $n & 0x7F ) | ( $n > 0x7F ? 0x80 : 0 ) );
		$n  >>= 7;
	} while ( $n );
	return $out;
}

function runs( $map, $values ) {
	ksort( $map );
	$runs = array();
	foreach ( $map as $key => $value ) {
		$last = count( $runs ) - 1;
		if ( $last >= 0 && $runs[ $last ][0] + count( $runs[ $last ][1] ) === $key ) {
			$runs[ $last ][1][] = $value;
		} else {
			$runs[] = array( $key, array( $value ) );
		}
	}
	$out   = leb( count( $runs ) );
	$end   = 0;
	$value = 0;
	foreach ( $runs as list( $key, $list ) ) {
		$out .= leb( $key - $end ) . leb( count( $list ) );
		$end  = $key + count( $list );
		foreach ( $values ? $list : array() as $next ) {
			$step  = $next - $value - 1;
			$out  .= leb( $step < 0 ? -2 * $step - 1 : 2 * $step );
			$value = $next;
		}
	}
	return $out;
}

/* From rows and cells with the high bits set to Shift_JIS. */
function sjis( $euc ) {
	$row  = ( $euc >> 8 ) - 0xA1;
	$cell = ( $euc & 0xFF ) - 0xA1;
	$lead = 0x81 + ( $row >> 1 ) + ( $row >= 62 ? 0x40 : 0 );
	$at   = $cell + ( $row & 1 ? 94 : 0 );
	return $lead << 8 | ( 0x40 + $at + ( $at >= 63 ? 1 : 0 ) );
}

const NONE    = 0;
const SAME    = 1; // As the base.
const SJIS    = 2; // The base's pairs, moved to Shift_JIS.
const INVERSE = 3; // The base the other way round, the lowest key counts, and ASCII.

function base( $kind, $map ) {
	$out = array();
	switch ( $kind ) {
		case SAME:
			return $map;
		case SJIS:
			foreach ( $map as $key => $value ) {
				if ( $key >= 0xA1A1 && $key <= 0xFEFE ) {
					$out[ sjis( $key ) ] = $value;
				}
			}
			return $out;
		case INVERSE:
			krsort( $map );
			foreach ( $map as $key => $value ) {
				if ( $value < SEQUENCE ) {
					$out[ $value ] = $key;
				}
			}
			for ( $c = 0; $c < 0x80; $c++ ) {
				$out[ $c ] = $c;
			}
	}
	return $out;
}

function table( $name, $map, $kind = NONE, $of = null ) {
	global $tables;
	$base    = base( $kind, $of ? $tables[ $of ]['map'] : array() );
	$gone    = array_diff_key( $base, $map );
	$changed = array();
	foreach ( $map as $key => $value ) {
		if ( ! isset( $base[ $key ] ) || $base[ $key ] !== $value ) {
			$changed[ $key ] = $value;
		}
	}
	$number          = $of ? array_search( $of, array_keys( $tables ), true ) : 0;
	$body            = leb( $kind ) . leb( $number ) . runs( $gone, false ) . runs( $changed, true );
	$tables[ $name ] = array( 'map' => $map, 'bytes' => leb( strlen( $name ) ) . $name . leb( strlen( $body ) ) . $body );
}

/* What bytes stand for: a code point, a sequence, or null. */
function character( $bytes, $enc, $prefix = '' ) {
	$cps = cps( $prefix . $bytes, $enc );
	if ( in_array( BAD, $cps, true ) || ! $cps ) {
		return null;
	}
	return 1 === count( $cps ) ? $cps[0] : sequence( $cps );
}

/* All characters of one byte from 80 on, of pairs from 80 on, and behind one byte more. */
function decode( $enc, $leads = array(), $of_kind = NONE, $of = null ) {
	$map = array();
	for ( $lead = 0x80; $lead <= 0xFF; $lead++ ) {
		$alone = character( chr( $lead ), $enc );
		if ( null !== $alone ) {
			$map[ $lead ] = $alone;
			continue;
		}
		for ( $trail = 0x21; $trail <= 0xFF; $trail++ ) {
			// A pair that is none but the trail: the trail has come out alone, so there is a BAD.
			$value = character( chr( $lead ) . chr( $trail ), $enc );
			if ( null !== $value ) {
				$map[ $lead << 8 | $trail ] = $value;
			}
		}
	}
	foreach ( $leads as $lead ) {
		for ( $row = 0xA1; $row <= 0xFE; $row++ ) {
			for ( $cell = 0xA1; $cell <= 0xFE; $cell++ ) {
				$bytes = $lead . chr( $row ) . chr( $cell );
				$value = character( $bytes, $enc );
				if ( null !== $value ) {
					$map[ number( $bytes ) ] = $value;
				}
			}
		}
	}
	table( "D:$enc", $map, $of_kind, $of );
}

/* The characters of a set of 7 bits that an escape sequence calls; the key has 8080 added, and $add. */
function called( &$map, $enc, $escape, $add = 0, $last = 0x7E ) {
	for ( $row = 0x21; $row <= $last; $row++ ) {
		for ( $cell = 0x21; $cell <= 0x7E; $cell++ ) {
			$value = character( chr( $row ) . chr( $cell ), $enc, $escape );
			if ( null !== $value ) {
				$map[ $add + 0x8080 + ( $row << 8 | $cell ) ] = $value;
			}
		}
	}
}

/* Pieces of text, each encoded by itself. */
function encoded( $texts, $enc, $substitute = 'none' ) {
	mb_substitute_character( $substitute );
	$all = '';
	foreach ( $texts as $text ) {
		$all .= pack( 'N*', ...$text ) . "\0\0\0\n";
	}
	$out = mb_convert_encoding( $all, $enc, 'UCS-4BE' );
	return array_slice( explode( "\n", $out ), 0, -1 );
}

/* One encoded character as a number, or null. */
function code( $piece, $enc ) {
	$add = array( '$B' => 0x8080, '$(Q' => 0x8080, '$(D' => 0x8F8080, '$(P' => 0x8F8080, '(J' => 0x4A00, '(I' => 0x8E80, '$(?' => 0x3F0000 );
	if ( '' === $piece ) {
		return null;
	} elseif ( preg_match( '/^\x1b(\$B|\(J|\(I|\$\([DPQ?])(.+)\x1b\(B$/s', $piece, $m ) ) {
		return $add[ $m[1] ] + number( $m[2] );
	} elseif ( 'HZ' === $enc && preg_match( '/^~\{(..)~\}$/s', $piece, $m ) ) {
		return 0x8080 + number( $m[1] );
	} elseif ( 'HZ' === $enc && '~~' === $piece ) {
		return 0x7E;
	}
	if ( 'GB18030' === $enc && 4 === strlen( $piece ) ) {
		return 0x1000000 + gb18030_at( $piece );
	}
	return number( $piece );
}

function gb18030_at( $bytes ) {
	return ( ( ( ord( $bytes[0] ) - 0x81 ) * 10 + ord( $bytes[1] ) - 0x30 ) * 126 + ord( $bytes[2] ) - 0x81 ) * 10 + ord( $bytes[3] ) - 0x30;
}

/* All code points: no charset has any from the planes that are left out. */
function encode( $enc, $of_kind, $of, $only_changed = false ) {
	$map = array();
	$end = 'GB18030' === $enc ? 0x10000 : 0x110000;
	for ( $first = 0; $first < $end; $first += 0x1000 ) {
		if ( $first >= 0x30000 && $first < 0xF0000 ) {
			continue;
		}
		$texts = array();
		for ( $c = $first; $c < $first + 0x1000; $c++ ) {
			$texts[] = array( 10 === $c ? 0x20 : $c );
		}
		foreach ( encoded( $texts, $enc ) as $at => $piece ) {
			$c    = $first + $at;
			$code = 10 === $c ? 10 : code( $piece, $enc );
			if ( $only_changed && null !== $code ) {
				// Only what is not written as in UTF-8.
				$code = mb_ord( $piece, 'UTF-8' );
				$code = $code === $c || 10 === $c || ! $code ? null : $code;
			}
			if ( null !== $code ) {
				$map[ $c ] = $code;
			}
		}
	}
	table( "E:$enc", $map, $of_kind, $of );
}

/* Those of the texts, of two code points each, that are encoded as one character. */
function pairs( $enc, $texts ) {
	$map = array();
	foreach ( encoded( $texts, $enc, ord( '?' ) ) as $at => $piece ) {
		if ( preg_match( '/^\x1b(\$B|\$\([DPQ])..\x1b\(B$/s', $piece ) || preg_match( '/^[^?\x1b]{1,2}$/s', $piece ) ) {
			$map[ code( $piece, $enc ) ] = sequence( $texts[ $at ] );
		} elseif ( 0 === strpos( $enc, 'UTF-8' ) && 1 === mb_strlen( $piece, 'UTF-8' ) ) {
			$map[ mb_ord( $piece, 'UTF-8' ) ] = sequence( $texts[ $at ] );
		}
	}
	table( "P:$enc", $map );
}

function product( $firsts, $seconds ) {
	$out = array();
	foreach ( $firsts as $first ) {
		foreach ( $seconds as $second ) {
			$out[] = array( $first, $second );
		}
	}
	return $out;
}

/* Japanese. */
decode( 'EUC-JP', array( "\x8F" ) );
encode( 'EUC-JP', INVERSE, 'D:EUC-JP' );
encode( 'JIS', SAME, 'E:EUC-JP' );
encode( 'ISO-2022-JP', SAME, 'E:EUC-JP' );
decode( 'SJIS', array(), SJIS, 'D:EUC-JP' );
encode( 'SJIS', INVERSE, 'D:SJIS' );
decode( 'CP932', array(), SAME, 'D:SJIS' );
encode( 'CP932', INVERSE, 'D:CP932' );
encode( 'SJIS-win', SAME, 'E:CP932' );
decode( 'eucJP-win', array( "\x8F" ), SAME, 'D:EUC-JP' );
encode( 'eucJP-win', INVERSE, 'D:eucJP-win' );
decode( 'CP51932', array(), SAME, 'D:eucJP-win' );
encode( 'CP51932', INVERSE, 'D:CP51932' );
$map = array();
called( $map, 'ISO-2022-JP-MS', "\x1b\$B", 0, 0x7F );
called( $map, 'ISO-2022-JP-MS', "\x1b\$(?", 0x3F0000, 0x7F );
table( 'D:ISO-2022-JP-MS', $map, SAME, 'D:CP51932' );
encode( 'ISO-2022-JP-MS', SAME, 'E:CP51932' );
$map = array();
called( $map, 'CP50221', "\x1b\$B", 0, 0x97 );
table( 'D:CP50221', $map, SAME, 'D:CP51932' );
encode( 'CP50221', SAME, 'E:CP51932' );
encode( 'CP50220', SAME, 'E:CP50221' );
pairs( 'CP50220', product( range( 0xFF61, 0xFF9F ), array( 0xFF9E, 0xFF9F ) ) );

decode( 'EUC-JP-2004', array( "\x8F" ), SAME, 'D:EUC-JP' );
encode( 'EUC-JP-2004', INVERSE, 'D:EUC-JP-2004' );
encode( 'ISO-2022-JP-2004', SAME, 'E:EUC-JP-2004' );
decode( 'SJIS-2004', array(), SJIS, 'D:EUC-JP-2004' );
encode( 'SJIS-2004', INVERSE, 'D:SJIS-2004' );
$firsts  = array();
$seconds = array();
foreach ( $tables['D:SJIS-2004']['map'] as $value ) {
	if ( $value >= SEQUENCE ) {
		$firsts[]  = $sequences[ $value - SEQUENCE ][0];
		$seconds[] = $sequences[ $value - SEQUENCE ][1];
	}
}
foreach ( array( 'EUC-JP-2004', 'ISO-2022-JP-2004', 'SJIS-2004' ) as $enc ) {
	pairs( $enc, product( array_unique( $firsts ), array_unique( $seconds ) ) );
}

decode( 'SJIS-mac', array(), SAME, 'D:SJIS' );
encode( 'SJIS-mac', INVERSE, 'D:SJIS-mac' );
pairs( 'SJIS-mac', product( array_merge( range( 0x2000, 0x9FFF ), range( 0xF900, 0xFFFF ) ), array( 0xF87A, 0xF87E, 0xF87F, 0x20DD ) ) );

/* Japanese mobile phones. */
$flags   = range( 0x1F1E6, 0x1F1FF );
$keypads = product( array_merge( array( 0x23 ), range( 0x30, 0x39 ) ), array( 0x20E3 ) );
foreach ( array( 'SJIS-Mobile#DOCOMO', 'SJIS-Mobile#KDDI', 'SJIS-Mobile#SOFTBANK' ) as $enc ) {
	decode( $enc, array(), SAME, 'D:CP932' );
	encode( $enc, INVERSE, "D:$enc" );
	pairs( $enc, array_merge( $keypads, product( $flags, $flags ) ) );
}
$map = array();
foreach ( array( 'E', 'F', 'G', 'O', 'P', 'Q' ) as $set ) {
	for ( $byte = 0x21; $byte <= 0x7E; $byte++ ) {
		$value = character( chr( $byte ), 'SJIS-Mobile#SOFTBANK', "\x1b\$$set" );
		if ( null !== $value ) {
			$map[ ord( $set ) << 8 | $byte ] = $value;
		}
	}
}
table( 'D:softbank', $map );
$map = array();
called( $map, 'ISO-2022-JP-MOBILE#KDDI', "\x1b\$B", 0, 0x7F );
table( 'D:ISO-2022-JP-MOBILE#KDDI', $map, SAME, 'D:CP51932' );
encode( 'ISO-2022-JP-MOBILE#KDDI', SAME, 'E:CP51932' );
pairs( 'ISO-2022-JP-MOBILE#KDDI', array_merge( $keypads, product( $flags, $flags ) ) );
foreach ( array( 'UTF-8-Mobile#DOCOMO', 'UTF-8-Mobile#KDDI-A', 'UTF-8-Mobile#KDDI-B', 'UTF-8-Mobile#SOFTBANK' ) as $enc ) {
	$map = array();
	for ( $c = 0x80; $c < 0x110000; $c++ ) {
		if ( $c < 0xD800 || $c > 0xDFFF ) {
			$value = character( mb_chr( $c, 'UTF-8' ), $enc );
			if ( null !== $value && $value !== $c ) {
				$map[ $c ] = $value;
			}
		}
	}
	table( "D:$enc", $map );
	encode( $enc, NONE, null, true );
	pairs( $enc, array_merge( $keypads, product( $flags, $flags ) ) );
}

/* Chinese. */
decode( 'CP936' );
encode( 'CP936', INVERSE, 'D:CP936' );
decode( 'EUC-CN', array(), SAME, 'D:CP936' );
encode( 'EUC-CN', INVERSE, 'D:EUC-CN' );
$map = array();
called( $map, 'HZ', '~{' );
table( 'D:HZ', $map, SAME, 'D:EUC-CN' );
encode( 'HZ', SAME, 'E:EUC-CN' );
decode( 'GB18030', array(), SAME, 'D:CP936' );
$map = $tables['D:GB18030']['map'];
unset( $tables['D:GB18030'] );
for ( $at = 0; $at <= 39419; $at++ ) {
	$bytes = chr( 0x81 + intdiv( $at, 12600 ) ) . chr( 0x30 + intdiv( $at, 1260 ) % 10 ) . chr( 0x81 + intdiv( $at, 10 ) % 126 ) . chr( 0x30 + $at % 10 );
	$value = character( $bytes, 'GB18030' );
	if ( null !== $value ) {
		$map[ 0x1000000 + $at ] = $value;
	}
}
table( 'D:GB18030', $map, SAME, 'D:CP936' );
encode( 'GB18030', INVERSE, 'D:GB18030' );
decode( 'BIG-5' );
encode( 'BIG-5', INVERSE, 'D:BIG-5' );
decode( 'CP950', array(), SAME, 'D:BIG-5' );
encode( 'CP950', INVERSE, 'D:CP950' );
decode( 'EUC-TW', array( "\x8E\xA2", "\x8E\xAE" ) );
encode( 'EUC-TW', INVERSE, 'D:EUC-TW' );

/* Korean. */
decode( 'UHC' );
encode( 'UHC', INVERSE, 'D:UHC' );
decode( 'EUC-KR', array(), SAME, 'D:UHC' );
encode( 'EUC-KR', INVERSE, 'D:EUC-KR' );
$map = array();
called( $map, 'ISO-2022-KR', "\x1b\$)C\x0e" );
table( 'D:ISO-2022-KR', $map, SAME, 'D:EUC-KR' );

$out = leb( count( $sequences ) );
foreach ( $sequences as $cps ) {
	$out .= leb( count( $cps ) ) . implode( '', array_map( 'leb', $cps ) );
}
foreach ( $tables as $name => $table ) {
	$out .= $table['bytes'];
	fprintf( STDERR, "%s: %d entries, %d bytes\n", $name, count( $table['map'] ), strlen( $table['bytes'] ) );
}
echo $out;
