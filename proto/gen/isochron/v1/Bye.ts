// Original file: proto/isochron/v1/replication.proto


/**
 * The last frame of a side that leaves in good order.
 */
export interface Bye {
}

/**
 * The last frame of a side that leaves in good order.
 */
export interface Bye__Output {
}
