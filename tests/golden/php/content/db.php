<?php
/**
 * WordPress's database drop-in for the golden tests: options from LINKBACKD_OPTIONS (JSON), nothing else, no server.
 */

class Linkbackd_Wpdb extends wpdb {
	private $rows = array();

	public function __construct() {
		$this->rows    = json_decode( getenv( 'LINKBACKD_OPTIONS' ) ?: '{}', true );
		$this->ready   = true;
		$this->is_mysql = true;
		$this->charset = 'utf8mb4';
		$this->dbname  = 'none';
	}

	public function query( $query ) {
		$this->flush();
		$this->last_query = $query;
		$rows             = array();
		if ( preg_match( '/SELECT option_value FROM \S+options WHERE option_name = \'([^\']*)\'/', $query, $found ) ) {
			if ( isset( $this->rows[ $found[1] ] ) ) {
				$rows[] = (object) array( 'option_value' => $this->rows[ $found[1] ] );
			}
		} elseif ( preg_match( '/SELECT option_name, option_value FROM \S+options/', $query ) ) {
			foreach ( $this->rows as $name => $value ) {
				$rows[] = (object) array( 'option_name' => $name, 'option_value' => $value );
			}
		}
		$this->last_result = $rows;
		$this->num_rows    = count( $rows );
		return $this->num_rows;
	}

	public function db_connect( $allow_bail = true ) {
		return true;
	}

	public function check_connection( $allow_bail = true ) {
		return true;
	}

	public function has_cap( $db_cap ) {
		return true;
	}

	public function db_version() {
		return '10.11.0';
	}

	public function db_server_info() {
		return '10.11.0-MariaDB';
	}

	public function _real_escape( $data ) {
		return $this->add_placeholder_escape( addslashes( (string) $data ) );
	}
}

$wpdb = new Linkbackd_Wpdb();
