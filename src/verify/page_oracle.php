<?php
// Reads pages and targets, answers with what PHP's own functions make of them, for page_tests.rs.
// In: per case, page and target, each with its length in 4 bytes, big-endian. Out: per case a letter and, after "R",
// title and excerpt in the same form. T: no title, L: no link.

function field( $in ) {
	$length = fread( $in, 4 );
	if ( strlen( $length ) < 4 ) {
		exit( 0 );
	}
	$length = unpack( 'N', $length )[1];
	$text   = '';
	while ( strlen( $text ) < $length ) {
		$text .= fread( $in, $length - strlen( $text ) );
	}
	return $text;
}

function put( $text ) {
	echo pack( 'N', strlen( $text ) ), $text;
}

function reading( $page, $target ) {
	$page = str_replace( '<!DOC', '<DOC', $page );
	$page = preg_replace( '/[\r\n\t ]+/', ' ', $page );
	$page = preg_replace( '/<\/*(h1|h2|h3|h4|h5|h6|p|th|td|li|dt|dd|pre|caption|input|textarea|button|body)[^>]*>/', "\n\n", $page );
	preg_match( '|<title>([^<]*?)</title>|is', $page, $title );
	if ( empty( $title[1] ) ) {
		return 'T';
	}
	$page = preg_replace( '@<(script|style)[^>]*?>.*?</\\1>@si', '', $page );
	foreach ( explode( "\n\n", strip_tags( $page, '<a>' ) ) as $paragraph ) {
		if ( ! str_contains( $paragraph, $target ) ) {
			continue;
		}
		@preg_match( '|<a[^>]+?' . preg_quote( $target, '|' ) . '[^>]*>([^>]+?)</a>|', $paragraph, $link );
		if ( ! empty( $link ) ) {
			return array( $title[1], excerpt( $paragraph, $link ) );
		}
	}
	return 'L';
}

function excerpt( $paragraph, $link ) {
	$text = $link[1];
	if ( strlen( $text ) > 100 ) {
		$text = substr( $text, 0, 100 ) . '&#8230;';
	}
	$marker  = "<wpcontext>$text</wpcontext>";
	$excerpt = preg_replace( '|\</?wpcontext\>|', '', $paragraph );
	$excerpt = trim( strip_tags( str_replace( $link[0], $marker, $excerpt ), '<wpcontext>' ) );
	$quoted  = preg_quote( $marker, '|' );
	return strip_tags( (string) preg_replace( "|.*?\s(.{0,100}$quoted.{0,100})\s.*|s", '$1', $excerpt ) );
}

$in = fopen( $argv[1], 'rb' );
while ( true ) {
	$page   = field( $in );
	$result = reading( $page, field( $in ) );
	if ( is_string( $result ) ) {
		echo $result;
		continue;
	}
	echo 'R';
	put( $result[0] );
	put( $result[1] );
}
