<?php
// The private WordPress may ask pages of this machine; core refuses loopback addresses and odd ports.
add_filter( 'http_request_host_is_external', '__return_true' );
add_filter(
	'http_allowed_safe_ports',
	function ( $ports, $host, $url ) {
		return '127.0.0.1' === $host ? array_merge( $ports, array( (int) parse_url( $url, PHP_URL_PORT ) ) ) : $ports;
	},
	10,
	3
);

// The stage may be told that nobody is to wait.
if ( ! function_exists( 'sleep' ) ) {
	function sleep( $seconds ) {
		return 0;
	}
}
