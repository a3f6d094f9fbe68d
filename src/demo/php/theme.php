<!DOCTYPE html>
<html <?php language_attributes(); ?>>
<head>
<meta charset="<?php bloginfo( 'charset' ); ?>">
<title><?php bloginfo( 'name' ); ?></title>
<style>
body { font: 1.1rem/1.5 Georgia, serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color: #222; background: #fdfcf8; }
h1 a, h2 a { color: inherit; text-decoration: none; }
.comments { border-top: 1px solid #ccc; margin-top: 2rem; }
.comments li { margin: 1rem 0; }
.kind { font-size: .8rem; color: #777; text-transform: uppercase; letter-spacing: .1em; }
</style>
<?php wp_head(); ?>
</head>
<body>
<h1><a href="<?php echo esc_url( home_url( '/' ) ); ?>"><?php bloginfo( 'name' ); ?></a></h1>
<?php while ( have_posts() ) : the_post(); ?>
<article>
<h2><a href="<?php the_permalink(); ?>"><?php the_title(); ?></a></h2>
<?php the_content(); ?>
</article>
<?php if ( is_singular() ) : ?>
<section class="comments" id="comments">
<h3><?php comments_number(); ?></h3>
<ol>
<?php foreach ( get_comments( array( 'post_id' => get_the_ID(), 'status' => 'approve', 'order' => 'ASC' ) ) as $comment ) : ?>
<li id="comment-<?php comment_ID(); ?>">
<div class="kind"><?php comment_type(); ?></div>
<?php comment_author_link(); ?>
<?php comment_text(); ?>
</li>
<?php endforeach; ?>
</ol>
</section>
<?php endif; ?>
<?php endwhile; ?>
<?php wp_footer(); ?>
</body>
</html>
