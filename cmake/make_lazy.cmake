# Lets a recognizer that ANTLR generated build its tables when they are first needed, and not before
# `main`: most runs of the program never read the language. Called with -DSTEM=<path without
# ending> -DNAME=<class>.
file(READ ${STEM}.h header)
string(REPLACE "  static Initializer _init;"
    "\npublic:\n  static void initialize();\nprivate:\n" header "${header}")
file(WRITE ${STEM}.h "${header}")
file(READ ${STEM}.cpp source)
string(REPLACE "${NAME}::Initializer ${NAME}::_init;"
    "void ${NAME}::initialize() { static const Initializer once; }" source "${source}")
file(WRITE ${STEM}.cpp "${source}")
