{-# LANGUAGE ScopedTypeVariables #-}
module Main (main) where

import Control.Concurrent
import Control.Exception
import Control.Monad (forM_, void, when)
import qualified Control.Exception.Safe as Safe
import qualified Data.List as List
import qualified Data.Map as Map
import GHC.Stack
import Store
import System.Environment (getArgs)
import System.IO

charge :: HasCallStack => Int -> Int
charge total
  | total > 100 = error ("insufficient funds: short by " ++ show (total - 100))
  | otherwise = total

place :: HasCallStack => Int -> Int -> Int
place order total = order + charge total

deep :: HasCallStack => Int -> Int
deep 0 = error "bottom"
deep n = 1 + deep (n - 1)

data Declined = Declined String Int deriving (Show)

instance Exception Declined

newtype Placed = Placed CallStack

instance Show Placed where
  show (Placed stack) = "order was not placed\n" ++ prettyCallStack stack

instance Exception Placed

refuse :: HasCallStack => IO ()
refuse = throwIO (Placed callStack)

say :: String -> String -> IO ()
say level words' = putStrLn ("2026-11-20 15:49:24 " ++ level ++ " " ++ words')

logged :: IO ()
logged = do
  say "INFO" "shop up"
  result <- try (evaluate (place 17 120))
  case result of
    Left (e :: SomeException) -> say "ERROR" ("order 17 failed: " ++ displayException e)
    Right n -> print n
  say "INFO" "done"

main :: IO ()
main = do
  hSetBuffering stdout LineBuffering
  args <- getArgs
  case args of
    ["error"] -> print (place 17 120)
    ["plain"] -> errorWithoutStackTrace "no stack wanted"
    ["deep"] -> print (deep 3)
    ["recursion"] -> print (deep 40)
    ["undefined"] -> print (1 + undefined :: Int)
    ["multiline"] -> error "query failed:\n  SELECT *\n    FROM roads\nno such table: roads"
    ["unicode"] -> error "Größe ungültig — 無効 ☕"
    ["empty"] -> error ""
    ["store"] -> print (Store.find 99)
    ["head"] -> print (head ([] :: [Int]))
    ["map"] -> print (Map.fromList [(1 :: Int, "a")] Map.! 3)
    ["declined"] -> throwIO (Declined "insufficient funds" 20)
    ["ioerror"] -> void (readFile "/nowhere/at/all")
    ["division"] -> print (7 `div` (length args - 1))
    ["match"] -> print (Store.kind 7)
    ["carried"] -> refuse
    ["logged"] -> logged
    ["thread"] -> do
      done <- newEmptyMVar
      void (forkFinally (void (evaluate (place 17 120)) `catch` \(e :: ArithException) -> print e) (\r -> either (hPutStrLn stderr . ("worker died: " ++) . displayException) pure r >> putMVar done ()))
      takeMVar done
      putStrLn "going on"
    ["forked"] -> do
      void (forkIO (void (evaluate (place 17 120))))
      threadDelay 100000
      putStrLn "going on"
    ["deadlock"] -> (newEmptyMVar :: IO (MVar ())) >>= takeMVar
    ["assert"] -> print (assert (length args > 7) (17 :: Int))
    ["sandwich"] -> forM_ [1, 200] (\n -> when (n > 0) (print (charge n)))
    ["nested"] -> evaluate (place 17 120) `catch` (\(e :: ErrorCall) -> error ("settlement failed: " ++ show e)) >>= print
    ["safe"] -> void (Safe.throwString "thrown with a place")
    ["impure"] -> print (Safe.impureThrow (Safe.StringException "no luck" callStack) :: Int)
    ["printed"] -> putStrLn (prettyCallStack callStack)
    ["sorted"] -> print (List.sortOn deep [0, 1])
    _ -> pure ()
