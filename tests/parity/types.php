<?php
// Post types and taxonomies as plugins register them.
add_action( 'init', 'test_types' );

function test_types() {
	register_taxonomy( 'genre', 'book', array( 'public' => true, 'hierarchical' => true ) );
	register_post_type(
		'book',
		array(
			'public'      => true,
			'has_archive' => true,
			'rewrite'     => array( 'slug' => 'books' ),
			'supports'    => array( 'title', 'editor', 'trackbacks', 'comments' ),
		)
	);
	register_post_type( 'album', array( 'public' => true ) );
	register_post_type( 'manual', array( 'public' => true, 'hierarchical' => true ) );
	register_post_type( 'gadget', array( 'public' => true, 'rewrite' => false ) );
	// Not public, and its rules are there all the same.
	register_post_type( 'ledger', array( 'public' => false ) );
	register_post_type( 'recipe', array( 'public' => true, 'query_var' => 'dish', 'rewrite' => array( 'slug' => 'dishes', 'with_front' => false ) ) );
	register_post_type( 'card', array( 'public' => true, 'query_var' => false, 'rewrite' => array( 'slug' => 'cards' ) ) );
	add_rewrite_endpoint( 'recipe-print', EP_PERMALINK );
}

// Pages of the theme, feeds and sitemaps are made by PHP alone: here they have no text.
add_filter( 'template_include', '__return_false' );
foreach ( array( 'rdf', 'rss', 'rss2', 'atom' ) as $feed ) {
	remove_all_actions( "do_feed_$feed" );
	add_action( "do_feed_$feed", '__return_false' );
}
add_filter(
	'wp_sitemaps_init',
	function ( $sitemaps ) {
		$sitemaps->renderer = new class() extends WP_Sitemaps_Renderer {
			public function render_index( $sitemaps ) {
				header( 'Content-Type: application/xml; charset=UTF-8' );
			}
			public function render_sitemap( $url_list ) {
				header( 'Content-Type: application/xml; charset=UTF-8' );
			}
		};
	}
);
