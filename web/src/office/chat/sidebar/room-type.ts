/** What a dragged room carries. */
export const ROOM_TYPE = 'application/x-kontor-room'
