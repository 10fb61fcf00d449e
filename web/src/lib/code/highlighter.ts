// A module of its own, so that only this one name of the library ends up in the lazy chunk.
export { createLowlight } from 'lowlight'
