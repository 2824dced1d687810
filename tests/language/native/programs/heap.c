// What glibc finds in a heap that was written over.
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv) {
  const char *how = argc > 1 ? argv[1] : "";
  char *a = malloc(1500), *b = malloc(24);
  if (!strcmp(how, "double")) { free(a); free(a); }
  if (!strcmp(how, "top")) { memset(b + 24, 255, 8); b = malloc(5000); }
  if (!strcmp(how, "pointer")) { free(b + 8); }
  return b == NULL;
}
