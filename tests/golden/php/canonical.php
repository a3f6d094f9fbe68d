<?php
/** A value as bytes: a letter for its type, then what it holds; arrays as a count and pairs of key and value. */
function canonical( $value ) {
	if ( is_string( $value ) ) {
		return 's' . pack( 'V', strlen( $value ) ) . $value;
	}
	if ( is_array( $value ) ) {
		$out = 'a' . pack( 'V', count( $value ) );
		foreach ( $value as $key => $item ) {
			$out .= canonical( $key ) . canonical( $item );
		}
		return $out;
	}
	if ( is_bool( $value ) ) {
		return $value ? 'b1' : 'b0';
	}
	if ( is_int( $value ) ) {
		return 'i' . pack( 'q', $value );
	}
	if ( is_float( $value ) ) {
		return 'd' . pack( 'e', $value );
	}
	return null === $value ? 'n' : '!' . gettype( $value );
}
