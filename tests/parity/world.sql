-- The site that the scenarios happen on, on top of a fresh installation.
SET sql_mode = '';

UPDATE wp_posts SET post_date = '2024-05-06 10:00:00', post_date_gmt = '2024-05-06 10:00:00',
  post_modified = '2024-05-06 10:00:00', post_modified_gmt = '2024-05-06 10:00:00',
  post_content = 'Words.', ping_status = 'open', guid = CONCAT('http://blog.test/?p=', ID);
UPDATE wp_posts SET post_name = 'hello-world', post_title = 'Hello world!' WHERE ID = 1;
UPDATE wp_posts SET post_name = 'sample-page' WHERE ID = 2;
UPDATE wp_posts SET post_name = 'privacy-policy', post_status = 'draft' WHERE ID = 3;
UPDATE wp_comments SET comment_date = '2024-05-06 10:00:00', comment_date_gmt = '2024-05-06 10:00:00';

INSERT INTO wp_users (ID, user_login, user_pass, user_nicename, user_email, user_registered, display_name)
  VALUES (2, 'bea', '!', 'bea', 'bea@blog.example', '2024-05-02 08:00:00', 'Bea');
INSERT INTO wp_usermeta (user_id, meta_key, meta_value) VALUES (2, 'wp_capabilities', 'a:1:{s:6:"author";b:1;}');

CREATE PROCEDURE post (i INT, slug VARCHAR(200), title TEXT, status VARCHAR(20), pings VARCHAR(20), type VARCHAR(20), author INT, day DATETIME, pw VARCHAR(20), parent INT)
  INSERT INTO wp_posts (ID, post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_status,
    comment_status, ping_status, post_password, post_name, to_ping, pinged, post_modified, post_modified_gmt,
    post_content_filtered, post_parent, guid, menu_order, post_type, post_mime_type, comment_count)
  VALUES (i, author, day, IF(status = 'draft', '0000-00-00 00:00:00', day), 'Words.', title, '', status, 'open', pings, pw,
    slug, '', '', day, day, '', parent, CONCAT('http://blog.test/?p=', i), 0, type, IF(type = 'attachment', 'image/png', ''), 0);
CALL post(4, 'closed', 'Closed', 'publish', 'closed', 'post', 1, '2024-05-07 10:00:00', '', 0);
CALL post(5, 'ancient', 'Ancient', 'publish', 'open', 'post', 1, '2010-01-02 03:04:05', '', 0);
CALL post(6, 'unfinished', 'Unfinished', 'draft', 'open', 'post', 1, '2024-05-08 10:00:00', '', 0);
CALL post(7, 'hidden', 'Hidden', 'private', 'open', 'post', 1, '2024-05-09 10:00:00', '', 0);
CALL post(8, 'locked', 'Locked', 'publish', 'open', 'post', 1, '2024-05-10 10:00:00', 'sesame', 0);
CALL post(9, 'from-bea', 'From Bea & co', 'publish', 'open', 'post', 2, '2024-05-11 10:00:00', '', 0);
CALL post(10, 'thrown__trashed', 'Thrown away', 'trash', 'open', 'post', 1, '2024-05-12 10:00:00', '', 0);
CALL post(11, 'later', 'Later', 'future', 'open', 'post', 1, '2099-01-01 10:00:00', '', 0);
CALL post(12, 'child', 'Child', 'publish', 'open', 'page', 1, '2024-05-13 10:00:00', '', 2);
CALL post(13, 'picture', 'Picture', 'inherit', 'open', 'attachment', 1, '2024-05-14 10:00:00', '', 1);
CALL post(14, 'caf%c3%a9', 'Café', 'publish', 'open', 'post', 1, '2024-05-15 10:00:00', '', 0);
CALL post(15, 'pinged', 'Pinged before', 'publish', 'open', 'post', 1, '2024-05-16 10:00:00', '', 0);
CALL post(16, 'three', 'Three zebras', 'publish', 'open', 'post', 1, '2024-05-17 10:00:00', '', 0);
CALL post(17, 'deep', 'Deep', 'publish', 'open', 'page', 1, '2024-05-18 10:00:00', '', 12);
CALL post(18, '2023', 'A year', 'publish', 'open', 'post', 1, '2024-05-18 10:00:00', '', 0);
CALL post(19, '', 'Auto Draft', 'auto-draft', 'open', 'post', 1, '2024-05-18 11:00:00', '', 0);
CALL post(20, 'twin', 'Twin of May', 'publish', 'open', 'post', 1, '2024-05-19 10:00:00', '', 0);
CALL post(21, 'twin', 'Twin of June', 'publish', 'open', 'post', 1, '2024-06-19 10:00:00', '', 0);
CALL post(22, 'shadowed', 'Shadowed', 'publish', 'open', 'post', 1, '2024-05-20 10:00:00', '', 0);
CALL post(23, 'shadowed', 'Shadowed draft', 'draft', 'open', 'post', 1, '2024-05-20 11:00:00', '', 0);
CALL post(24, 'sketch', 'Sketch', 'inherit', 'open', 'attachment', 1, '2024-05-21 10:00:00', '', 6);
CALL post(25, '1-revision-v1', 'Hello world!', 'inherit', 'open', 'revision', 1, '2024-05-06 10:00:00', '', 1);
CALL post(26, 'closed-page', 'Closed page', 'publish', 'closed', 'page', 1, '2024-05-22 10:00:00', '', 0);
CALL post(27, 'novel', 'Novel', 'publish', 'open', 'book', 1, '2024-05-23 10:00:00', '', 0);
CALL post(28, 'waiting', 'Waiting', 'pending', 'open', 'post', 1, '2024-05-24 10:00:00', '', 0);
CALL post(29, 'it-s', 'It''s a \\ "title"', 'publish', 'open', 'post', 1, '2024-05-25 10:00:00', '', 0);
CALL post(60, 'novel-draft', 'Novel draft', 'draft', 'open', 'book', 1, '2024-05-23 11:00:00', '', 0);
CALL post(61, 'abbey', 'Abbey', 'publish', 'open', 'album', 1, '2024-05-23 12:00:00', '', 0);
CALL post(62, 'closed-album', 'Closed album', 'publish', 'closed', 'album', 1, '2024-05-23 13:00:00', '', 0);
CALL post(63, 'handbook', 'Handbook', 'publish', 'open', 'manual', 1, '2024-05-23 14:00:00', '', 0);
CALL post(64, 'chapter', 'Chapter', 'publish', 'open', 'manual', 1, '2024-05-23 15:00:00', '', 63);
CALL post(65, 'wrench', 'Wrench', 'publish', 'open', 'gadget', 1, '2024-05-23 16:00:00', '', 0);
CALL post(66, 'entry', 'Entry', 'publish', 'open', 'ledger', 1, '2024-05-23 17:00:00', '', 0);
CALL post(67, 'soup', 'Soup', 'publish', 'open', 'recipe', 1, '2024-05-23 18:00:00', '', 0);
CALL post(68, 'ace', 'Ace', 'publish', 'open', 'card', 1, '2024-05-23 19:00:00', '', 0);
CALL post(69, 'shard', 'Shard', 'publish', 'open', 'relic', 1, '2024-05-23 20:00:00', '', 0);
CALL post(70, 'cover', 'Cover', 'inherit', 'open', 'attachment', 1, '2024-05-23 21:00:00', '', 27);
CALL post(71, 'plate', 'Plate', 'inherit', 'open', 'attachment', 1, '2024-05-23 22:00:00', '', 64);
CALL post(72, 'receipt', 'Receipt', 'inherit', 'open', 'attachment', 1, '2024-05-23 23:00:00', '', 66);
CALL post(73, 'novel', 'Novel the post', 'publish', 'open', 'post', 1, '2024-05-24 11:00:00', '', 0);
CALL post(74, 'shard-photo', 'Shard photo', 'inherit', 'open', 'attachment', 1, '2024-05-24 12:00:00', '', 69);
DROP PROCEDURE post;
INSERT INTO wp_terms (term_id, name, slug) VALUES (60, 'Fiction', 'fiction'), (61, 'Crime', 'crime'), (62, 'News', 'news'), (63, 'World', 'world');
INSERT INTO wp_term_taxonomy (term_taxonomy_id, term_id, taxonomy, description, parent, count) VALUES
  (60, 60, 'genre', '', 0, 0), (61, 61, 'genre', '', 60, 1), (62, 62, 'category', '', 0, 0), (63, 63, 'category', '', 62, 1);
INSERT INTO wp_term_relationships VALUES (27, 61, 0), (9, 63, 0);
INSERT INTO wp_term_relationships SELECT ID, 1, 0 FROM wp_posts WHERE post_type = 'post' AND ID > 3;

INSERT INTO wp_comments (comment_post_ID, comment_author, comment_author_url, comment_author_IP, comment_date, comment_date_gmt,
  comment_content, comment_approved, comment_type) VALUES
  (15, 'One', 'http://one.example/a?x=1&amp;y=2', '192.0.2.1', '2024-05-16 11:00:00', '2024-05-16 11:00:00', '[&#8230;] one [&#8230;]', '1', 'pingback'),
  (15, 'Two', 'http://two.example/', '192.0.2.2', '2024-05-16 12:00:00', '2024-05-16 12:00:00', '[&#8230;] two [&#8230;]', '0', 'pingback'),
  (15, 'Three', 'http://three.example/', '192.0.2.3', '2024-05-16 13:00:00', '2024-05-16 13:00:00', '[&#8230;] three [&#8230;]', 'spam', 'pingback'),
  (15, 'Four', 'http://four.example/', '192.0.2.4', '2024-05-16 14:00:00', '2024-05-16 14:00:00', '[&#8230;] four [&#8230;]', 'trash', 'pingback'),
  (15, 'Five', 'http://five.example/', '192.0.2.5', '2024-05-16 15:00:00', '2024-05-16 15:00:00', '<strong>Five & "fifty"</strong>\n\nexcerpt', '1', 'trackback'),
  (15, 'Six', 'http://six.example/', '192.0.2.6', '2024-05-16 16:00:00', '2024-05-16 16:00:00', 'A comment.', '1', 'comment');
UPDATE wp_posts SET comment_count = 3 WHERE ID = 15;

-- Caches that WordPress fills once it is asked for a category, and every site that is visited has.
INSERT INTO wp_options (option_name, option_value, autoload) VALUES
  ('category_children', 'a:0:{}', 'yes'),
  ('genre_children', 'a:1:{i:60;a:1:{i:0;i:61;}}', 'yes')
  ON DUPLICATE KEY UPDATE option_value = VALUES(option_value);
