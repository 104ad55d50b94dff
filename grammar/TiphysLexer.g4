// Tokens of the language. Newlines mean nothing; comments go to a channel of their own.
lexer grammar TiphysLexer;
options { superClass = TiphysLexerBase; }
channels { COMMENTS }

@lexer::postinclude {
#include "compiler/syntax/lexer_base.h"
}

DOC     : '##' ~[\r\n]* -> channel(COMMENTS) ;
COMMENT : '#' ~[\r\n]* -> channel(COMMENTS) ;
WS      : [ \t\r\n\u00A0\uFEFF]+ -> channel(HIDDEN) ;

USE      : 'use' ;
FROM     : 'from' ;
AS       : 'as' ;
LET      : 'let' ;
FN       : 'fn' ;
OVERLAY  : 'overlay' ;
WORKFLOW : 'workflow' ;
TASK     : 'task' ;
DAG      : 'dag' ;
STEPS    : 'steps' ;
FOR      : 'for' ;
IN       : 'in' ;
IF       : 'if' ;
ELSE     : 'else' ;
PARALLEL : 'parallel' ;
AFTER    : 'after' ;
WHEN     : 'when' ;
ON       : 'on' ;
EVERY    : 'every' ;
WHERE    : 'where' ;
DEP      : 'dep' ;
AT       : 'at' ;
TO       : 'to' ;
TRUE     : 'true' ;
FALSE    : 'false' ;
NULL_    : 'null' ;

FENCE : '``````' ~'`' .*? '``````'
      | '`````' ~'`' .*? '`````'
      | '````' ~'`' .*? '````'
      | '```' ~'`' .*? '```'
      ;
QID   : '`' ~[`\r\n]+ '`' ;
QTY   : [0-9]+ ('.' [0-9]+)? [A-Za-z]+ ([0-9]+ [A-Za-z]+)* ;
FLOAT : [0-9]+ '.' [0-9]+ ([eE] [+-]? [0-9]+)? | [0-9]+ [eE] [+-]? [0-9]+ ;
INT   : [0-9]+ ;
ID    : [\p{L}_] [\p{L}\p{Nd}_]* ('-' [\p{L}\p{Nd}_]+)* ;

SQ      : '\'' ~['\r\n]* '\'' ;
SQ_OPEN : '\'' ~['\r\n]* ;
TDQ     : '"""' -> pushMode(MSTR) ;
DQ      : '"' -> pushMode(STR) ;

LB : '{' -> pushMode(DEFAULT_MODE) ;
RB : '}' -> popMode ;
LP : '(' ;
RP : ')' ;
LS : '[' ;
RS : ']' ;

ARROW    : '->' ;
FAT      : '=>' ;
SPREAD   : '...' ;
RANGE    : '..' ;
DOT      : '.' ;
COMMA    : ',' ;
COLON    : ':' ;
EQ       : '==' ;
NE       : '!=' ;
LE       : '<=' ;
GE       : '>=' ;
MATCH    : '=~' ;
LT       : '<' ;
GT       : '>' ;
ASSIGN   : '=' ;
AND      : '&&' ;
OR       : '||' ;
COALESCE : '??' ;
Q        : '?' ;
NOT      : '!' ;
BAR      : '|' ;
PLUS     : '+' ;
MINUS    : '-' ;
STAR     : '*' ;
SLASH    : '/' ;
PCT      : '%' ;

// The lexer never fails: what it does not know is reported by name.
BAD : . ;

mode STR;
S_END  : '"' -> popMode ;
S_EXPR : '${' -> pushMode(DEFAULT_MODE) ;
S_ESC  : '\\' ~[\r\n] ;
S_TEXT : ~["\\$\r\n]+ | '$' | '\\' ;
// A text that is not closed ends with its line.
S_EOL  : [\r\n] -> popMode ;

mode MSTR;
M_END  : '"""' -> popMode ;
M_EXPR : '${' -> pushMode(DEFAULT_MODE) ;
M_ESC  : '\\' . ;
M_TEXT : ~["\\$]+ | '$' | '"' ;
