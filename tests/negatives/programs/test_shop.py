import unittest
class TracebackTests(unittest.TestCase):
    def test_raises_value_error(self):
        """ValueError: invalid literal is raised"""
        with self.assertRaises(ValueError): int("x")
    def test_exception_in_thread_main(self): self.assertTrue(True)
    @unittest.skip("KeyError: 'flaky' on CI")
    def test_traceback_most_recent_call_last(self): pass
    @unittest.expectedFailure
    def test_panics(self): self.assertEqual(1, 2)
unittest.main(verbosity=2)
