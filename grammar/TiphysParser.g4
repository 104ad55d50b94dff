// Structure of the language. Which statement may stand in which block is checked after parsing, so
// that a misplaced one gets one clear message.
parser grammar TiphysParser;
options { tokenVocab = TiphysLexer; }

file  : stmt* EOF ;
block : LB stmt* RB ;
stmt  : useDecl
      | letDecl
      | fnDecl
      | overlay
      | tmplDecl
      | onDecl
      | everyDecl
      | depDecl
      | forStmt
      | ifStmt
      | parStmt
      | node
      | (prop | spread) COMMA?
      ;
spread : SPREAD expr ;

// ---- declarations
useDecl  : USE name (COMMA name)* FROM string | USE string (AS name)? ;
letDecl  : LET name (COLON type)? ASSIGN expr ;
fnDecl   : FN name params (ARROW type)? ASSIGN expr ;
overlay  : OVERLAY name block ;
// A workflow without a block holds what follows it in the file.
tmplDecl : WORKFLOW name params? result? block?
         | (TASK | DAG | STEPS) name params? result? (IN expr)? block
         ;
params   : LP (param (COMMA param)* COMMA?)? RP ;
param    : name (COLON type)? (ASSIGN expr)? (AT expr)? ((FROM | TO) expr)? ;
result   : ARROW (params | type) ;
type     : typeAtom (LS RS)* Q? ;
typeAtom : (ID | QID) (DOT name)* | string (BAR string)* ;

// ---- events
onDecl    : ON trigger (AS name)? (WHERE expr)? block ;
trigger   : path eventName (COMMA eventName)* (TO expr)? (FROM expr)?
          | expr (WHEN expr)?
          ;
eventName : ID | QID ;
everyDecl : EVERY string (COMMA string)* (IN string)? block? ;
depDecl   : DEP name ASSIGN path (WHERE expr)? block? ;

// ---- flow
forStmt : FOR name (COMMA name)? IN expr (PARALLEL expr)? block ;
ifStmt  : IF expr block (ELSE (ifStmt | block))? ;
parStmt : PARALLEL expr? block ;
node    : (name ASSIGN)? call clause* block?
        | name ASSIGN LS call compFor RS clause* block?
        | name ASSIGN inlineT clause*
        ;
call    : path LP args? RP ;
inlineT : (TASK | DAG | STEPS) block ;
clause  : AFTER depends (COMMA depends)* | WHEN expr ;
depends : NOT depends
        | depends AND depends
        | depends OR depends
        | LP depends RP
        | (ID | QID) (DOT name)?
        ;
compFor : FOR name (COMMA name)? IN expr (IF expr)? (PARALLEL expr)? ;
args    : arg (COMMA arg)* COMMA? ;
arg     : name COLON expr? | spread | expr ;

// ---- properties: any field of the schema; words are keys only before ':'
prop : key (COLON expr | block)
     | kw COLON expr
     | (ID | QID) label label? (COLON expr | block)
     ;
label : name | string ;
key   : path | string ;
path  : (ID | QID) (DOT name)* ;

// ---- expressions
expr    : expr DOT name
        | expr LS (expr (COLON expr?)? | COLON expr?) RS
        | expr LP args? RP
        | (NOT | MINUS) expr
        | expr (STAR | SLASH | PCT) expr
        | expr (PLUS | MINUS) expr
        | expr RANGE expr
        | expr (EQ | NE | LT | LE | GT | GE | MATCH | IN) expr
        | expr AND expr
        | expr OR expr
        | expr COALESCE expr
        | <assoc=right> expr Q expr COLON expr
        | (ID | QID) FAT expr
        | primary
        ;
primary : ID
        | QID
        | string
        | INT
        | FLOAT
        | QTY
        | TRUE
        | FALSE
        | NULL_
        | FENCE
        | WORKFLOW
        | list
        | block
        | LP expr RP
        ;
list    : LS (expr compFor | (item (COMMA item)* COMMA?)?) RS ;
item    : spread | expr ;
string  : SQ
        | SQ_OPEN
        | DQ (S_TEXT | S_ESC | S_EXPR expr RB)* (S_END | S_EOL)
        | TDQ (M_TEXT | M_ESC | M_EXPR expr RB)* M_END
        ;
name    : ID | QID | kw ;
kw      : USE | FROM | AS | LET | FN | OVERLAY | WORKFLOW | TASK | DAG | STEPS | PARALLEL | FOR | IN
        | IF | ELSE | AFTER | WHEN | ON | EVERY | WHERE | DEP | AT | TO | TRUE | FALSE | NULL_
        ;
