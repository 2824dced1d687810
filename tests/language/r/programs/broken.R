x <- function( {
